// SPDX-License-Identifier: GPL-2.0-or-later

/// The demos, as text for people.
public enum DemoList {
  /// What they are called.
  public static var names: [String] { Demo.all.map(\.name) }

  /// All of them, a line each.
  public static var text: String {
    let width = (Demo.all.map(\.name.count).max() ?? 0) + 2
    func lines(_ demos: [Demo]) -> String {
      demos.map { "  \($0.name.padded(to: width))\($0.summary)\n" }.joined()
    }
    return """
      kemu demo NAME plays one of these, step by step.

      The kernel that comes with kemu:
      \(lines(Demo.ofKernel))
      Small guests:
      \(lines(Demo.ofGuests))
      """
  }

  /// What to say of a name that is none: those that come near it.
  static func unknown(_ name: String) -> String {
    let near = near(name)
    let hint =
      near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
    return "there is no demo \(name)\(hint)\nThe demos are listed by: kemu demo"
  }

  /// The names that contain `name`, are contained in it, or differ from it in few letters; the nearest
  /// first.
  static func near(_ name: String) -> [String] {
    let wanted = name.lowercased()
    if wanted.isEmpty { return [] }
    var distances: [(name: String, letters: Int)] = []
    for demo in Demo.all {
      let words = [demo.name] + demo.name.split(separator: "-").map(String.init)
      let least = words.map { Self.distance(wanted, $0) }.min() ?? Int.max
      let result = demo.name.contains(wanted) ? 0 : least
      if result <= max(1, wanted.count / 3) { distances.append((demo.name, result)) }
    }
    let nearest = distances.map(\.letters).min() ?? 0
    return Array(distances.filter { $0.letters == nearest }.map(\.name).prefix(4))
  }

  /// How many letters have to be put in, left out or changed to make `b` of `a`: Levenshtein's distance.
  private static func distance(_ a: String, _ b: String) -> Int {
    var row = Array(0...b.utf8.count)
    for (i, first) in a.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, second) in b.utf8.enumerated() {
        let changed = diagonal + (first == second ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.utf8.count]
  }
}
