// SPDX-License-Identifier: GPL-2.0-or-later

/// The key that kemu keeps for itself: what follows it is a command, twice it goes to the guest.
public struct EscapeKey: Equatable, Sendable {
  /// The key press that it is.
  public let keyPress: KeyPress
  private let letter: String

  /// Ctrl-A, as in screen and in QEMU.
  public static let standard = EscapeKey(keyPress: KeyPress(.a, .control), letter: "A")

  private init(keyPress: KeyPress, letter: String) {
    self.keyPress = keyPress
    self.letter = letter
  }

  /// Reads `Ctrl-X`, `C-x` or `^X`.
  ///
  /// Ctrl-H, -I, -J and -M are out: terminals send the same bytes for Backspace, Tab and Enter.
  public init(_ text: String) throws(OptionError) {
    let upper = text.uppercased()
    let prefix = ["CTRL-", "C-", "^"].first { upper.hasPrefix($0) } ?? ""
    let letter = upper.dropFirst(prefix.count)
    guard !prefix.isEmpty, letter.utf8.count == 1, let byte = letter.utf8.first,
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte), !"HIJM".utf8.contains(byte),
      let press = KeyPress(typing: Unicode.Scalar(byte & 0x1F))
    else { throw .notAnEscapeKey(text) }
    self.init(keyPress: press, letter: String(letter))
  }

  /// Its name in a sentence: `Ctrl-A`.
  public var name: String { "Ctrl-\(letter)" }

  /// Its name where room is scarce: `^A`.
  public var shortName: String { "^\(letter)" }
}
