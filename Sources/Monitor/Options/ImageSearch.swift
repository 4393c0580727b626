// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the images are looked for that come with kemu.
enum ImageSearch {
  /// The paths at which the image `name` may be, the best first.
  ///
  /// `$KEMU_IMAGES`; `share/kemu` of the tree that the program was installed in; then the `images`
  /// directory of each directory above the program, where it is in a checkout that it was built in.
  static func candidates(
    for name: String, environment: [String: String], executable: String?
  ) -> [String] {
    var paths: [String] = []
    if let images = environment["KEMU_IMAGES"], !images.isEmpty {
      paths.append("\(images)/\(name)")
    }
    guard let executable else { return paths }
    // "/repo/.build/release/kemu" -> "/repo/.build/release", "/repo/.build", "/repo", "".
    var above: [String] = []
    var rest = executable[...]
    while let slash = rest.lastIndex(of: "/") {
      rest = rest[..<slash]
      above.append(String(rest))
    }
    if above.count > 1 { paths.append("\(above[1])/share/kemu/\(name)") }
    return paths + above.dropFirst().map { "\($0)/images/\(name)" }
  }
}
