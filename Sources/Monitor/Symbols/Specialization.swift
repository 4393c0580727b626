// SPDX-License-Identifier: GPL-2.0-or-later

// The optimiser makes copies of functions for what it knows of their callers:
//
//     function signature specialization <Arg[0] = Dead> of generic specialization <Swift.Int> of f(A) -> ()
//
// A person who reads a backtrace asks for f.

extension String {
  /// A demangled Swift name without what the optimiser has made of the function.
  var withoutSpecialization: String {
    var name = self[...]
    while let end = Self.endOfSpecialization(in: name) { name = name[end...] }
    return String(name)
  }

  /// The index behind `… specialization <…> of ` at the beginning of `name`; nil if it does not begin so.
  private static func endOfSpecialization(in name: Substring) -> Index? {
    if name.hasPrefix("merged ") { return name.index(name.startIndex, offsetBy: 7) }
    guard let open = name.firstIndex(of: "<"), name[..<open].hasSuffix("specialization ") else {
      return nil
    }
    var depth = 0
    var last: Character = " "
    for index in name[open...].indices {
      // The arrow of a function type closes nothing.
      if name[index] == "<" { depth += 1 }
      if name[index] == ">", last != "-" { depth -= 1 }
      last = name[index]
      guard depth == 0 else { continue }
      let rest = name[name.index(after: index)...]
      return rest.hasPrefix(" of ") ? rest.index(rest.startIndex, offsetBy: 4) : nil
    }
    return nil
  }
}
