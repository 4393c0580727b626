// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A key pressed and released, with the modifiers held down meanwhile.
public struct KeyPress: Hashable, Sendable {
  /// The keys that change what others do.
  public struct Modifiers: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// The modifiers with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The left Shift key.
    public static let shift = Modifiers(rawValue: 1 << 0)
    /// The left Alt key.
    public static let alt = Modifiers(rawValue: 1 << 1)
    /// The left Ctrl key.
    public static let control = Modifiers(rawValue: 1 << 2)
  }

  /// The key.
  public var key: Key
  /// What is held down with it.
  public var modifiers: Modifiers

  /// `key` with `modifiers` held down.
  public init(_ key: Key, _ modifiers: Modifiers = []) {
    self.key = key
    self.modifiers = modifiers
  }

  /// What types `scalar` on the guest's US keyboard; nil if nothing does.
  ///
  /// Control characters are what a terminal sends for them: Enter, Tab, Backspace, Escape, and Ctrl
  /// with a letter for the others.
  public init?(typing scalar: Unicode.Scalar) {
    switch scalar {
    case "\0": self.init(.space, .control)
    case "\u{8}": self.init(.backspace)
    case "\n", "\r": self.init(.enter)
    default:
      guard let ascii = UInt8(exactly: scalar.value), let stroke = Keystroke(ascii: ascii) else {
        return nil
      }
      self.init(stroke.key)
      if stroke.shift { modifiers.insert(.shift) }
      if stroke.control { modifiers.insert(.control) }
    }
  }

  /// The bytes of scancode set 1 as the keys go down, modifiers first.
  public var makeCodes: [UInt8] { held.flatMap(\.makeCode) + key.makeCode }

  /// The bytes of scancode set 1 as the keys come up, modifiers last.
  public var breakCodes: [UInt8] { key.breakCode + held.reversed().flatMap(\.breakCode) }

  private var held: [Key] {
    var keys: [Key] = []
    if modifiers.contains(.control) { keys.append(.leftControl) }
    if modifiers.contains(.alt) { keys.append(.leftAlt) }
    if modifiers.contains(.shift) { keys.append(.leftShift) }
    return keys
  }
}
