// SPDX-License-Identifier: GPL-2.0-or-later

/// Names of places, `scroll+0x12`, cut to what fits.
enum SymbolName {
  /// `scroll` of `scroll+0x12`.
  static func function(_ name: String?) -> String? {
    guard let name, let plus = offset(in: name) else { return name }
    return String(name[..<plus])
  }

  /// The name in at most `room` characters, if it has more: without what a demangler says around it, such as
  /// parameters, and if that is not enough, with the beginning left out.
  static func fitted(_ name: String, to room: Int) -> String {
    // As many bytes as characters, or more.
    if name.utf8.count <= room || name.count <= room { return name }
    let end = offset(in: name)
    let offset = end.map { String(name[$0...]) } ?? ""
    var short = Substring(name[..<(end ?? name.endIndex)])
    let parts = short.split(separator: " ", omittingEmptySubsequences: false)
    if let of = parts.lastIndex(of: "of"), of + 1 < parts.count {
      short = short[parts[of + 1].startIndex...]
    }
    short = bare(short)[...]
    let most = max(1, room - offset.count)
    if short.count > most { short = "…" + short.suffix(most - 1) }
    return short + offset
  }

  /// Without arguments of generic types, and without parameters and all behind them.
  private static func bare(_ name: Substring) -> String {
    var bare = ""
    var depth = 0
    for character in name {
      if character == "<", !bare.isEmpty { depth += 1 }
      if character == "(", !bare.isEmpty, depth == 0 { break }
      if depth == 0 { bare.append(character) }
      if character == ">", depth > 0 { depth -= 1 }
    }
    return bare
  }

  private static func offset(in name: String) -> String.Index? {
    guard let plus = name.utf8.lastIndex(of: UInt8(ascii: "+")) else { return nil }
    return name[plus...].hasPrefix("+0x") ? plus : nil
  }
}
