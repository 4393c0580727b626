// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu
@testable import Monitor

@Suite struct DemoViewTests {
  /// The rows of a picture, blanks at their ends removed.
  func rows(_ model: DemoModel) -> [String] {
    let buffer = DemoView.draw(model)
    return (0..<buffer.extent.rows).map { row in
      var text = buffer.text(row: row)
      while text.last == " " { text.removeLast() }
      return text
    }
  }

  @Test func `24 rows show the end of the screen above a whole scene`() throws {
    var model = try DemoModelTests.model("breakpoint")
    _ = model.update(DemoModelTests.key(.n))
    let rows = rows(model)
    let rule = try #require(rows.firstIndex(of: String(repeating: "─", count: 80)))
    #expect(rows[..<rule].contains("INT3, behind which the program goes on:"))
    #expect(rows[(rule + 1)...].contains { $0.hasPrefix("  #BP Breakpoint at 0x") })
    #expect(rows[22].hasPrefix("►   enter    0x") || rows.contains { $0.hasPrefix("►   enter") })
    #expect(rows[23].hasPrefix(" breakpoint · ") && rows[23].hasSuffix("q quit"))
  }

  @Test func `the handler's text is on the screen when the way back is told`() throws {
    var model = try DemoModelTests.model("breakpoint", rows: 50)
    _ = model.update(DemoModelTests.key(.n))
    #expect(!rows(model).contains("EXCEPTION: BREAKPOINT"))
    _ = model.update(DemoModelTests.key(.n))
    #expect(rows(model).contains("EXCEPTION: BREAKPOINT"))
    #expect(!rows(model).contains("It did not crash!"))
    _ = model.update(DemoModelTests.key(.end))
    #expect(rows(model).contains("It did not crash!"))
  }

  @Test func `a wide terminal has the trace beside the whole screen`() throws {
    var model = try DemoModelTests.model("write-to-text", rows: 50, columns: 160)
    _ = model.update(DemoModelTests.key(.n))
    let rows = rows(model)
    for row in rows[..<25] {
      #expect(Array(row)[80] == "│")
    }
    #expect(rows[..<25].contains { $0.hasPrefix("A store to the kernel's own code:") })
    #expect(rows[25].hasPrefix(String(repeating: "─", count: 80) + "│"))
    #expect(rows.contains { $0.dropFirst(81).hasPrefix("  #PF Page Fault at 0x") })
  }

  @Test func `Tab shows all of the screen, then all of the trace, then both`() throws {
    var model = try DemoModelTests.model("write-to-text")
    _ = model.update(DemoModelTests.key(.end))
    let both = rows(model)
    _ = model.update(DemoModelTests.key(.tab))
    #expect(rows(model).contains("EXCEPTION: PAGE FAULT"))
    #expect(!rows(model).contains { $0.contains("  enter    0x") })
    _ = model.update(DemoModelTests.key(.tab))
    #expect(!rows(model).contains("EXCEPTION: PAGE FAULT"))
    #expect(rows(model).contains { $0.hasPrefix("    gate     IDT[14] at 0x") })
    _ = model.update(DemoModelTests.key(.tab))
    #expect(rows(model) == both)
  }

  @Test func `a scene that is too long shows the step that is told`() throws {
    var model = try DemoModelTests.model("triple-fault")
    while !model.isAtEnd {
      let marks = rows(model).filter { $0.hasPrefix("►") }
      #expect(marks.count == 1, "step \(model.step)")
      _ = model.update(DemoModelTests.key(.enter))
    }
  }

  @Test func `a guest that shows nothing gets no room for it, but by Tab`() throws {
    var model = try DemoModelTests.model("user-page-fault")
    #expect(rows(model)[0].hasPrefix("► user-page-fault: "))
    _ = model.update(DemoModelTests.key(.tab))
    #expect(rows(model).contains(String(repeating: "─", count: 80)))
  }

  @Test func `scenes before stay in sight as far as there is room`() {
    #expect(DemoLayout.window(rows: 10, scene: 0..<4, shown: 1) == 0..<1)
    #expect(DemoLayout.window(rows: 10, scene: 4..<8, shown: 5) == 0..<5)
    #expect(DemoLayout.window(rows: 10, scene: 8..<16, shown: 9) == 6..<9)
    #expect(DemoLayout.window(rows: 10, scene: 8..<16, shown: 16) == 6..<16)
    #expect(DemoLayout.window(rows: 10, scene: 8..<30, shown: 9) == 8..<9)
    #expect(DemoLayout.window(rows: 10, scene: 8..<30, shown: 29) == 19..<29)
  }

  @Test func `any size at all is drawn, at any step, with and without help`() throws {
    let tape = try DemoRun.tape("stack-overflow")
    for rows in [1, 2, 3, 10, 13, 24, 27, 60] {
      for columns in [1, 2, 5, 20, 79, 80, 142, 143, 200] {
        var model = DemoModel(tape, extent: Extent(rows: rows, columns: columns))
        for key in [Key.h, .tab, .tab, .end, .tab, .p] {
          #expect(DemoView.draw(model).extent == Extent(rows: rows, columns: columns))
          _ = model.update(DemoModelTests.key(key))
        }
      }
    }
  }

  @Test func `what decides has a colour, and the step a mark and bold letters`() throws {
    var model = try DemoModelTests.model("user-page-fault", rows: 50)
    for _ in 0..<8 { _ = model.update(DemoModelTests.key(.right)) }
    let buffer = DemoView.draw(model)
    let row = try #require((0..<50).first { buffer.text(row: $0).hasPrefix("►   walk") })
    #expect(buffer[row, 13].style.bold)
    let last = try #require(
      (0..<50).first { buffer.text(row: $0).contains("U/S of PT[511] is 0") })
    #expect(buffer[last, 13].style == Style(ink: 31, bold: true))
  }
}

@Suite struct StyledTextTests {
  @Test func `colours and attributes become the cells'`() {
    let lines = StyledText.lines("a\u{1B}[31mb\u{1B}[0m\n\n\u{1B}[1;92mc\u{1B}[md\u{1B}[2me")
    #expect(
      lines == [
        [Cell("a"), Cell("b", Style(ink: 31))], [],
        [Cell("c", Style(ink: 92, bold: true)), Cell("d"), Cell("e", Style(faint: true))],
      ])
  }

  @Test func `what is no colour is left out`() {
    let letters: [Unicode.Scalar] = ["a", "b", "c", "d"]
    #expect(StyledText.lines("a\u{1B}[2Kb\u{1B}[48;5mc\u{1B}d") == [letters.map { Cell($0) }])
    #expect(StyledText.lines("a\u{1B}[31") == [[Cell("a")]])
    #expect(StyledText.lines("") == [])
  }

  @Test func `they come out again as they went in, if there are colours`() {
    let style = Style(ink: 36, bold: true, faint: true)
    #expect(style.parameters(.sixteen) == [1, 2, 36])
    #expect(style.parameters(.none) == [1, 2])
  }
}
