// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

@Suite struct FrameEncoderTests {
  let extent = Extent(rows: 6, columns: 20)

  @Test func `the first frame draws everything`() {
    var encoder = FrameEncoder(depth: .sixteen)
    var terminal = VirtualTerminal(rows: 6, columns: 20)
    terminal.write("left over")
    var picture = CellBuffer(extent)
    picture.write("hello", row: 2, column: 3)
    picture.cursor = CellBuffer.Cursor(row: 2, column: 8, shape: .underline)
    terminal.write(encoder.encode(picture))
    #expect(terminal.text == ["", "", "   hello", "", "", ""])
    #expect((terminal.row, terminal.column, terminal.cursorShape) == (2, 8, 3))
    #expect(terminal.isCursorVisible)
  }

  @Test func `an unchanged picture costs no byte`() {
    var encoder = FrameEncoder(depth: .full)
    var picture = CellBuffer(extent)
    picture.write("hello", row: 2, column: 3)
    _ = encoder.encode(picture)
    #expect(encoder.encode(picture).isEmpty)
  }

  @Test func `one changed cell costs its place, itself and the frame's marks`() {
    var encoder = FrameEncoder(depth: .full)
    var picture = CellBuffer(extent)
    _ = encoder.encode(picture)
    picture[3, 4] = Cell("x")
    #expect(encoder.encode(picture) == ANSI.beginFrame + "\u{1B}[4;5Hx" + ANSI.endFrame)
  }

  @Test func `a style is set once for a run of cells and taken back at the end`() {
    var encoder = FrameEncoder(depth: .sixteen)
    var picture = CellBuffer(extent)
    _ = encoder.encode(picture)
    picture.write("ab", row: 0, column: 0, style: Style(colors: ColorCode(rawValue: 0x1F)))
    #expect(
      encoder.encode(picture)
        == ANSI.beginFrame + "\u{1B}[1;1H\u{1B}[97;44mab\u{1B}[0m" + ANSI.endFrame)
  }

  @Test func `few unchanged cells between changes are printed again, many are stepped over`() {
    var encoder = FrameEncoder(depth: .full)
    var picture = CellBuffer(extent)
    picture.write("0123456789abcdef", row: 0, column: 0)
    _ = encoder.encode(picture)
    for column in [0, 3, 12] { picture[0, column] = Cell("*") }
    #expect(
      encoder.encode(picture) == ANSI.beginFrame + "\u{1B}[1;1H*12*\u{1B}[8C*" + ANSI.endFrame)
  }

  @Test(arguments: [ColorDepth.none, .sixteen, .cube, .full])
  func `random changes leave the terminal with the picture`(depth: ColorDepth) {
    var random = SystemRandomNumberGenerator()
    var encoder = FrameEncoder(depth: depth)
    var terminal = VirtualTerminal(rows: 6, columns: 20)
    terminal.write(ANSI.enter)
    var picture = CellBuffer(extent)
    for _ in 0..<300 {
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let color = ColorCode(rawValue: UInt8.random(in: 0...255, using: &random))
        let style = Bool.random(using: &random) ? Style(colors: color) : .plain
        picture[Int.random(in: 0..<6, using: &random), Int.random(in: 0..<20, using: &random)] =
          Cell(["a", "█", " ", "é"].randomElement(using: &random) ?? " ", style)
      }
      terminal.write(encoder.encode(picture))
      for row in 0..<6 {
        for column in 0..<20 {
          let shown = terminal[row, column]
          #expect(shown.scalar == picture[row, column].scalar)
          #expect(shown.style == picture[row, column].style.parameters(depth))
        }
      }
    }
    #expect(terminal.unknown.isEmpty)
  }

  @Test func `a new size draws everything again`() {
    var encoder = FrameEncoder(depth: .full)
    _ = encoder.encode(CellBuffer(extent))
    #expect(encoder.encode(CellBuffer(Extent(rows: 5, columns: 20))).contains(ANSI.clear))
  }
}
