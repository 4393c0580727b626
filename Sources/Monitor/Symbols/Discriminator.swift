// SPDX-License-Identifier: GPL-2.0-or-later

// A private declaration is told from others of its name by a hash of its file:
//
//     static Kernel.FaultDemo.(repair in _28B092A9371A9AF3572C5BEF5516F306)() -> ()
//
// A person who reads it asks for `static Kernel.FaultDemo.repair() -> ()`.

extension String {
  /// A demangled Swift name without the hashes of files.
  var withoutDiscriminators: String {
    let mark = " in _"
    var name = self
    var start = name.startIndex
    while let found = name[start...].firstRange(of: mark) {
      start = found.upperBound
      let hash = name[start...].prefix { $0.isASCII && $0.isHexDigit }
      guard hash.count == 32, name[hash.endIndex...].first == ")",
        let open = name[..<found.lowerBound].lastIndex(of: "(")
      else { continue }
      let inner = String(name[name.index(after: open)..<found.lowerBound])
      let end = name.index(after: hash.endIndex)
      let before = name.distance(from: name.startIndex, to: open)
      name.replaceSubrange(open..<end, with: inner)
      start = name.index(name.startIndex, offsetBy: before + inner.count)
    }
    return name
  }
}
