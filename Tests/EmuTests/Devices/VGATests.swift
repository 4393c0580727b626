// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

/// Text memory of `cell` everywhere but in `cells`.
private func textMemory(_ cells: [Int: UInt16] = [:], rest: UInt16 = 0x0720) -> [UInt16] {
  var memory = [UInt16](repeating: rest, count: VGA.textMemorySize / 2)
  for (index, cell) in cells { memory[index] = cell }
  return memory
}

extension PC {
  fileprivate func screen(_ memory: [UInt16] = textMemory()) -> TextScreen {
    memory.withUnsafeBytes { bus.screen(of: $0) }
  }

  fileprivate mutating func crtc(_ index: UInt32, _ value: UInt32) {
    out(0x3D4, index: index, value)
  }

  fileprivate mutating func attribute(_ index: UInt32, _ value: UInt32) {
    _ = self.in(0x3DA)
    out(0x3C0, index)
    out(0x3C0, value)
    _ = self.in(0x3DA)
    out(0x3C0, 0x20)
  }
}

@Suite struct VGARegisterTests {
  /// The registers that QEMU 7.2 with SeaBIOS and GRUB 2.06 hands to a kernel, cursor location aside.
  @Test func registersAreThoseOfMode3AtHandover() {
    var pc = PC()
    let crtc: [UInt32] = [
      0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81, 0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E, 0x00, 0x00, 0x00,
      0x00, 0x9C, 0x8E, 0x8F, 0x28, 0x1F, 0x96, 0xB9, 0xA3, 0xFF, 0x00,
    ]
    let attribute: [UInt32] = [
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E,
      0x3F, 0x0C, 0x00, 0x0F, 0x08, 0x00, 0x00,
    ]
    #expect(crtc.indices.map { pc.in(0x3D4, index: UInt32($0)) } == crtc)
    #expect((0..<6).map { pc.in(0x3C4, index: $0) } == [0x03, 0x00, 0x03, 0x00, 0x02, 0x00])
    #expect(
      (0..<10).map { pc.in(0x3CE, index: $0) } == [0, 0, 0, 0, 0, 0x10, 0x0E, 0x0F, 0xFF, 0])
    let read = attribute.indices.map { index in
      _ = pc.in(0x3DA)
      pc.out(0x3C0, UInt32(index) | 0x20)
      return pc.in(0x3C1)
    }
    #expect(read == attribute)
    #expect(pc.in(0x3CC) == 0x67)
    #expect(pc.in(0x3C6) == 0xFF)
  }

  @Test(
    arguments: [(0x3D4, 0x0E, 0xA5, 0xA5), (0x3C4, 0x01, 0xFF, 0x3D), (0x3CE, 0x05, 0xFF, 0x7B)]
      as [(UInt16, UInt32, UInt32, UInt32)])
  func registerReadsBackTheBitsItHas(port: UInt16, index: UInt32, written: UInt32, read: UInt32) {
    var pc = PC()
    pc.out(port, index: index, written)
    #expect(pc.in(port, index: index) == read)
  }

  @Test func lockedTimingRegistersKeepTheirValuesButForLineCompare() {
    var pc = PC()
    pc.crtc(0x00, 0x12)
    pc.crtc(0x07, 0xEF)
    #expect(pc.in(0x3D4, index: 0x00) == 0x5F)
    #expect(pc.in(0x3D4, index: 0x07) == 0x0F)
    pc.crtc(0x11, 0x0E)
    pc.crtc(0x00, 0x12)
    #expect(pc.in(0x3D4, index: 0x00) == 0x12)
  }

  @Test func miscOutputMovesTheCRTControllerToItsMonochromeAddress() {
    var pc = PC()
    #expect(pc.in(0x3B4) == 0xFF)
    pc.out(0x3C2, 0x66)
    #expect(pc.in(0x3B4, index: 0x0A) == 0x0D)
    #expect(pc.in(0x3D5) == 0xFF)
    #expect(pc.in(0x3DA) == 0xFF)
    #expect(pc.in(0x3BA) != 0xFF)
  }

  @Test func attributePortTakesIndexAndDataInTurn() {
    var pc = PC()
    _ = pc.in(0x3DA)
    pc.out(0x3C0, 0x31)
    pc.out(0x3C0, 0x2A)
    #expect(pc.in(0x3C1) == 0x2A)
    #expect(pc.in(0x3C0) == 0x31)
    pc.out(0x3C0, 0x32)  // An index again.
    _ = pc.in(0x3DA)
    pc.out(0x3C0, 0x31)  // And again, since the status was read.
    #expect(pc.in(0x3C1) == 0x2A)
  }

  @Test(
    arguments: [
      (0, [0, 0, 0]), (7, [42, 42, 42]), (0x14, [42, 21, 0]), (0x38, [21, 21, 21]),
      (0x3F, [63, 63, 63]), (0x40, [0, 0, 0]),
    ] as [(UInt32, [UInt32])])
  func dacHoldsTheColoursOfTextModes(entry: UInt32, color: [UInt32]) {
    var pc = PC()
    pc.out(0x3C7, entry)
    #expect(pc.in(0x3C7) == 3)
    #expect(color.indices.map { _ in pc.in(0x3C9) } == color)
  }

  @Test func dacMovesOnAfterThreeComponents() {
    var pc = PC()
    pc.out(0x3C8, 0xFF)
    for value in [1, 2, 0xFF, 4, 5, 6] as [UInt32] { pc.out(0x3C9, value) }
    #expect(pc.in(0x3C8) == 1)
    #expect(pc.in(0x3C7) == 0)
    pc.out(0x3C7, 0xFF)
    #expect((0..<6).map { _ in pc.in(0x3C9) } == [1, 2, 0x3F, 4, 5, 6])
  }

  @Test func retraceComesSeventyTimesASecond() {
    var pc = PC()
    var rises = 0
    var inRetrace = 0
    var inDisplay = 0
    var last: UInt32 = 0
    let samples = 200_000
    for _ in 0..<samples {
      pc.wait(nanoseconds: 5000)
      let status = pc.in(0x3DA)
      if status & 8 != 0, last & 8 == 0 { rises += 1 }
      if status & 8 != 0 { inRetrace += 1 }
      if status & 1 == 0 { inDisplay += 1 }
      // Nothing is displayed during the retrace.
      #expect(status & 0x09 != 0x08)
      last = status
    }
    #expect(rises == 70)
    #expect(abs(inRetrace - samples * 2 / 449) < samples / 1000)
    #expect(abs(inDisplay - samples * 400 / 449 * 80 / 100) < samples / 100)
  }
}

@Suite struct VGAScreenTests {
  @Test func screenAtHandoverIsBlankWithTheCursorInItsCorner() {
    let screen = PC().screen()
    #expect(screen.isBlank)
    #expect(screen.cells.allSatisfy { $0 == TextScreen.blankCell })
    #expect(screen.cursor == TextScreen.Cursor(row: 0, column: 0, lines: 13...14))
    #expect(screen.attributeBit7 == .blink)
  }

  @Test func cellsAreReadRowByRow() {
    let screen = PC().screen(textMemory([0: 0x2F4F, 81: 0x1F4B, 1999: 0x4F21, 2000: 0x0758]))
    #expect(screen[row: 0, column: 0] == 0x2F4F)
    #expect(screen[row: 1, column: 1] == 0x1F4B)
    #expect(screen[row: 24, column: 79] == 0x4F21)
    #expect(screen.characters(inRow: 0) == [0x4F])
    #expect(screen.characters(inRow: 1) == [0x20, 0x4B])
    #expect(screen.characters(inRow: 2) == [])
    #expect(!screen.isBlank)
  }

  @Test func startAddressScrollsAndWrapsAtTheEndOfTextMemory() {
    var pc = PC()
    pc.crtc(0x0D, 80)
    #expect(pc.screen(textMemory([80: 0x0741]))[row: 0, column: 0] == 0x0741)
    // The last row of text memory is followed by its start.
    let start = VGA.textMemorySize / 2 - 80
    pc.crtc(0x0C, UInt32(start >> 8))
    pc.crtc(0x0D, UInt32(start & 0xFF))
    let screen = pc.screen(textMemory([start: 0x0742, 0: 0x0743]))
    #expect(screen[row: 0, column: 0] == 0x0742)
    #expect(screen[row: 1, column: 0] == 0x0743)
    #expect(screen.cursor == TextScreen.Cursor(row: 1, column: 0, lines: 13...14))
  }

  @Test(
    arguments: [
      (0, 0, 0), (0, 79, 79), (0, 24 * 80 + 79, 1999), (80, 80 + 161, 161), (0, 0x4000 + 5, 5),
    ] as [(UInt32, UInt32, Int)])
  func cursorIsWhereItsLocationIs(start: UInt32, location: UInt32, cell: Int) {
    var pc = PC()
    pc.crtc(0x0C, start >> 8)
    pc.crtc(0x0D, start & 0xFF)
    pc.crtc(0x0E, location >> 8)
    pc.crtc(0x0F, location & 0xFF)
    #expect(pc.screen().cursor.map { $0.row * 80 + $0.column } == cell)
  }

  @Test(arguments: [(0, 2000), (80, 79)] as [(UInt32, UInt32)])
  func cursorOutsideTheScreenIsNotShown(start: UInt32, location: UInt32) {
    var pc = PC()
    pc.crtc(0x0D, start)
    pc.crtc(0x0E, location >> 8)
    pc.crtc(0x0F, location & 0xFF)
    #expect(pc.screen().cursor == nil)
  }

  @Test(
    arguments: [
      (0x00, 0x0F, 0...15), (0x0E, 0x1F, 14...15), (0x0D, 0x6E, 13...14), (0x2D, 0x0E, nil),
      (0x0E, 0x0D, nil), (0x10, 0x1F, nil),
    ] as [(UInt32, UInt32, ClosedRange<Int>?)])
  func cursorShape(first: UInt32, last: UInt32, lines: ClosedRange<Int>?) {
    var pc = PC()
    pc.crtc(0x0A, first)
    pc.crtc(0x0B, last)
    #expect(pc.screen().cursor?.lines == lines)
  }

  @Test func blinkingCanBeTradedForBrightBackgrounds() {
    var pc = PC()
    pc.attribute(0x10, 0x04)
    #expect(pc.screen().attributeBit7 == .brightBackground)
  }

  @Test(arguments: 0..<4)
  func pictureThatIsSwitchedOffIsDark(how: Int) {
    var pc = PC()
    switch how {
    case 0: pc.out(0x3C4, index: 0x01, 0x20)
    case 1: pc.out(0x3CE, index: 0x06, 0x05)
    case 2: pc.crtc(0x17, 0x23)
    default: _ = pc.in(0x3DA); pc.out(0x3C0, 0x00)
    }
    #expect(pc.screen(textMemory(rest: 0x4F41)) == .dark)
  }
}
