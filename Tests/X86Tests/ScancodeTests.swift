// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import X86

/// A driver's view of set 1: what a stream of bytes says, key by key.
private func decode(_ bytes: [UInt8]) -> [(key: Key, isDown: Bool)] {
  var result: [(Key, Bool)] = []
  var prefix: UInt16 = 0
  for byte in bytes {
    if byte == 0xE0 {
      prefix = 0xE000
      continue
    }
    if let key = Key(rawValue: prefix | UInt16(byte & 0x7F)) { result.append((key, byte < 0x80)) }
    prefix = 0
  }
  return result
}

/// What appears on the screen when a driver with a US layout reads `bytes`.
private func text(_ bytes: [UInt8]) -> [UInt8] {
  var shift = false
  var control = false
  var text: [UInt8] = []
  for (key, isDown) in decode(bytes) {
    switch key {
    case .leftShift: shift = isDown
    case .leftControl: control = isDown
    default:
      guard isDown, let character = key.ascii(shifted: shift) else { continue }
      text.append(control ? character & 0x1F : character)
    }
  }
  return text
}

@Suite struct ScancodeTests {
  static let keys = (0...0xFFFF).compactMap { Key(rawValue: UInt16($0)) }

  @Test func everyKeyIsListed() {
    // 101 keys of the US keyboard, the 102nd of the others, three of Windows keyboards.
    #expect(Self.keys.count == 105)
  }

  @Test(arguments: keys.filter { $0 != .pause })
  func makeAndBreakCodesDifferInBit7(key: Key) {
    #expect(key.makeCode.dropLast() == key.breakCode.dropLast())
    #expect(key.makeCode.last.map { $0 | 0x80 } == key.breakCode.last)
    #expect(key.makeCode.count == (key.isExtended ? 2 : 1))
    #expect(decode(key.makeCode + key.breakCode).map(\.key) == [key, key])
  }

  @Test func pauseSendsSixBytesAndNoBreakCode() {
    #expect(Key.pause.makeCode == [0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5])
    #expect(Key.pause.breakCode == [])
  }

  @Test(arguments: UInt8(0x20)...0x7E)
  func printableCharacterComesBackThroughItsScancodes(character: UInt8) throws {
    let stroke = try #require(Keystroke(ascii: character))
    #expect(text(stroke.scancodes) == [character])
    #expect(!stroke.control)
  }

  @Test(arguments: UInt8(0x01)...0x1F)
  func controlCharacterComesBackThroughItsScancodes(character: UInt8) throws {
    let stroke = try #require(Keystroke(ascii: character))
    // Carriage return is the Enter key, which gives a line feed.
    #expect(text(stroke.scancodes) == [character == 0x0D ? 0x0A : character])
  }

  @Test(
    arguments: [
      ("a", Keystroke(.a), [0x1E, 0x9E]),
      ("A", Keystroke(.a, shift: true), [0x2A, 0x1E, 0x9E, 0xAA]),
      ("\u{03}", Keystroke(.c, control: true), [0x1D, 0x2E, 0xAE, 0x9D]),
      (
        "\u{1F}", Keystroke(.minus, shift: true, control: true),
        [0x1D, 0x2A, 0x0C, 0x8C, 0xAA, 0x9D]
      ),
      ("\n", Keystroke(.enter), [0x1C, 0x9C]),
      ("\r", Keystroke(.enter), [0x1C, 0x9C]),
      ("\u{7F}", Keystroke(.backspace), [0x0E, 0x8E]),
      ("|", Keystroke(.backslash, shift: true), [0x2A, 0x2B, 0xAB, 0xAA]),
      ("*", Keystroke(.digit8, shift: true), [0x2A, 0x09, 0x89, 0xAA]),
    ] as [(Unicode.Scalar, Keystroke, [UInt8])])
  func strokeIsTheOneAPersonMakes(character: Unicode.Scalar, stroke: Keystroke, bytes: [UInt8]) {
    #expect(Keystroke(ascii: UInt8(character.value)) == stroke)
    #expect(stroke.scancodes == bytes)
  }

  @Test(arguments: [UInt8(0x00)] + Array(0x80...0xFF))
  func otherBytesAreNotOnTheKeyboard(byte: UInt8) {
    #expect(Keystroke(ascii: byte) == nil)
  }
}
