// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

/// The console is one for all, as in the kernel: its tests take turns.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ConsoleTests {
  @Test func openClearsTheScreen() {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    #expect((0..<25).allSatisfy { fake.colors($0) == Array(repeating: .standard, count: 80) })
    #expect(fake.lines(from: 0).allSatisfy { $0 == "" })
  }

  @Test func printEndsTheLine() {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    Console.print("one")
    Console.print("t", terminator: "")
    Console.print("wo", terminator: "!")
    #expect(fake.lines(from: 22) == ["", "one", "two!"])
  }

  @Test func nestedPrintShowsInnerThenOuter() {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    func inner() -> Int {
      Console.print("inner")
      return 1
    }
    Console.print("outer \(inner())")
    #expect(fake.lines(from: 21) == ["", "inner", "outer 1", ""])
  }

  @Test func nothingIsPrintedBeforeOpenOrWithoutAScreen() {
    Console.open(nil)
    Console.print("lost")
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    #expect(fake.lines(from: 0).allSatisfy { $0 == "" })
  }

  @Test func welcomeShowsHelloWorldInTheMiddleWhenAllIsPrinted() {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    Welcome.show()
    let hello = (34..<46).map { fake.cell(12, $0) }
    #expect(hello == "Hello World!".utf8.map { TextCell($0, ColorCode(rawValue: 0x1F)) })
    #expect(fake.text(0).hasPrefix("  kemu kernel \(version)"))
    #expect(fake.colors(0) == Array(repeating: ColorCode(.white, on: .blue), count: 80))
    #expect((0..<16).map { fake.cell(15, 8 + $0 * 4).color.rawValue } == Array(0..<16))
    #expect(
      fake.lines(from: 19) == [
        "        numbers   42  -7  18446744073709551615  0xcafe  true  0xb8000",
        "        glyphs    ☺ ♥ ♫ ► ░▒▓█ Ä é ñ ß α π Σ ∞ ≈ √ ½   not in the font: ■",
        "        nested    the inner line, printed while the outer one was being made",
        "        nested    the outer line comes after the inner line",
        "        It did not crash!",
        "",
      ])
  }

  @Test(arguments: [FontDemo.show, PrintingDemo.show])
  func demoFitsOnTheScreen(show: @Sendable () -> Void) {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    show()
    #expect(fake.text(0) == "")
    #expect(fake.text(23) != "")
    #expect(fake.text(24) == "")
  }

  @Test func fontDemoShowsEveryGlyphAndEveryAttribute() {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    FontDemo.show()
    for byte in 0..<256 {
      let (row, column) = (8 + byte / 16, byte % 16 * 2)
      #expect(fake.cell(row, 7 + column).character == (byte == 0 ? 0x20 : UInt8(byte)))
      #expect(fake.cell(row, 46 + column).color.rawValue == UInt8(byte))
    }
  }

  @Test func unknownDemoIsNamedAndTheOthersAreListed() throws {
    let fake = FakeScreen()
    Console.open(fake.screen)
    defer { Console.open(nil) }
    try BootInformationTests.read(BootInformationTests.list([])) { information in
      Array("demo=nonesuch".utf8).withUnsafeBytes {
        run(BootOptions(commandLine: $0), information)
      }
    }
    var list: [String] = []
    Demo.forEach { list.append("  \($0.name)") }
    #expect(
      fake.lines(from: 0).filter { $0 != "" }
        == ["There is no demo nonesuch. The demos are:"] + list)
  }
}
