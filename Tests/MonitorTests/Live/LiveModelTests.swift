// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu
@testable import Monitor

@Suite struct LiveModelTests {
  let escape = LiveModel.Message.input(.key(KeyPress(.a, .control)))

  func model(rows: Int = 26, columns: Int = 80) -> LiveModel {
    LiveModel(
      extent: Extent(rows: rows, columns: columns), screen: .blank, escape: .standard)
  }

  func key(_ key: Key) -> LiveModel.Message { .input(.key(KeyPress(key))) }

  @Test func `keys and pasted text go to the guest`() {
    var model = model()
    #expect(model.update(key(.up)) == [.type(KeyPress(.up))])
    let pasted = KeyPress(.a, .control)
    #expect(model.update(.input(.pasted(pasted))) == [.type(pasted)])
  }

  @Test func `the escape key and x quit`() {
    var model = model()
    #expect(model.update(escape).isEmpty)
    #expect(model.update(key(.x)) == [.quit])
  }

  @Test func `the escape key twice goes to the guest once`() {
    var model = model()
    _ = model.update(escape)
    #expect(model.update(escape) == [.type(KeyPress(.a, .control))])
    #expect(!model.isEscaped)
  }

  @Test func `the escape key and n press the NMI button`() {
    var model = model()
    _ = model.update(escape)
    #expect(model.update(key(.n)) == [.raiseNMI])
    #expect(model.hint == "NMI: what a PC's NMI button does")
    #expect(model.update(key(.n)) == [.type(KeyPress(.n))])
  }

  @Test func `an unknown command leaves a hint until the next key`() {
    var model = model()
    _ = model.update(escape)
    #expect(model.update(key(.q)).isEmpty)
    #expect(model.hint?.contains("Ctrl-A h") == true)
    #expect(model.update(key(.q)) == [.type(KeyPress(.q))])
    #expect(model.hint == nil)
  }

  @Test func `any key closes the help and goes nowhere`() {
    var model = model()
    _ = model.update(escape)
    _ = model.update(key(.h))
    #expect(model.isHelpShown)
    #expect(model.update(key(.x)).isEmpty)
    #expect(!model.isHelpShown)
  }

  @Test func `a command that is typed while the help is shown is carried out`() {
    var model = model()
    _ = model.update(escape)
    _ = model.update(key(.h))
    #expect(model.update(escape).isEmpty)
    #expect(!model.isHelpShown)
    #expect(model.update(key(.x)) == [.quit])
  }

  @Test func `a character without a key leaves a hint`() {
    var model = model()
    #expect(model.update(.input(.untypable("é"))).isEmpty)
    #expect(model.hint?.contains("é") == true)
  }
}

@Suite struct LiveViewTests {
  func model(rows: Int, columns: Int = 80, cursor: Int? = nil) -> LiveModel {
    var screen = TextScreen.blank
    for row in 0..<25 { screen.put("row \(row + 1)", row: row) }
    screen.cursor = cursor.map { TextScreen.Cursor(row: $0, column: 3, lines: 14...15) }
    var model = LiveModel(
      extent: Extent(rows: rows, columns: columns), screen: screen, escape: .standard)
    model.status = LiveModel.Status(
      activity: .running, mode: .long64, instructions: 1_234_567, mips: 312,
      address: "0x100123", symbol: "kmain+0x12")
    return model
  }

  func text(_ buffer: CellBuffer, row: Int) -> String {
    var text = buffer.text(row: row)
    while text.last == " " { text.removeLast() }
    return text
  }

  @Test func `26 rows show the whole screen and the status`() {
    let buffer = LiveView.draw(model(rows: 26))
    #expect(text(buffer, row: 0) == "row 1")
    #expect(text(buffer, row: 24) == "row 25")
    #expect(
      buffer.text(row: 25)
        == " running · 64-bit · 1_234_567 instr · 312 MIPS · 0x100123 kmain+0x12  ^A h help ")
  }

  @Test func `in 80 columns the count and the rate go before the address does`() {
    var model = model(rows: 26)
    model.status.address = "0xffffffff80100123"
    model.status.symbol = "kernel_main_of_a_name_that_is_far_too_long_for_it+0x12"
    model.status.instructions = 12_345_678_901
    #expect(
      LiveView.draw(model).text(row: 25).hasPrefix(
        " running · 64-bit · 312 MIPS · 0xffffffff80100123 "))
    model.extent.columns = 50
    #expect(
      LiveView.draw(model).text(row: 25) == " running · 64-bit · 0xffffffff80100123  ^A h help ")
  }

  @Test(arguments: [(nil, 3), (24, 3), (12, 3), (2, 3), (1, 2), (0, 1)] as [(Int?, Int)])
  func `24 rows show the last of a full screen, but always the cursor`(cursor: Int?, first: Int) {
    let buffer = LiveView.draw(model(rows: 24, cursor: cursor))
    #expect(text(buffer, row: 0) == "row \(first)")
    #expect(text(buffer, row: 22) == "row \(first + 22)")
    #expect(buffer.text(row: 23).contains("rows \(first)-\(first + 22)/25"))
    #expect(buffer.cursor?.row == cursor.map { $0 - first + 1 })
  }

  @Test func `24 rows hide blank rows first`() {
    var model = model(rows: 24)
    for row in 22..<25 { model.screen.put("      ", row: row) }
    #expect(text(LiveView.draw(model), row: 0) == "row 1")
  }

  @Test func `the person may look at the top until they type`() {
    var model = model(rows: 24, cursor: 24)
    _ = model.update(.input(.key(KeyPress(.a, .control))))
    _ = model.update(.input(.key(KeyPress(.up))))
    #expect(text(LiveView.draw(model), row: 0) == "row 1")
    _ = model.update(.input(.key(KeyPress(.b))))
    #expect(text(LiveView.draw(model), row: 0) == "row 3")
  }

  @Test func `25 rows show everything once the status line is hidden, and hints still`() {
    var model = model(rows: 25)
    _ = model.update(.input(.key(KeyPress(.a, .control))))
    #expect(LiveView.draw(model).text(row: 24).contains("x quit"))
    _ = model.update(.input(.key(KeyPress(.s))))
    let buffer = LiveView.draw(model)
    #expect(text(buffer, row: 0) == "row 1")
    #expect(text(buffer, row: 24) == "row 25")
    _ = model.update(.input(.untypable("é")))
    #expect(LiveView.draw(model).text(row: 24).contains("é"))
    #expect(text(LiveView.draw(model), row: 23) == "row 24")
  }

  @Test func `a large terminal frames the screen in the middle`() {
    let buffer = LiveView.draw(model(rows: 40, columns: 120))
    #expect(text(buffer, row: 6).hasSuffix("┌" + String(repeating: "─", count: 80) + "┐"))
    #expect(text(buffer, row: 7).hasPrefix(String(repeating: " ", count: 19) + "│row 1 "))
    #expect(text(buffer, row: 39).hasPrefix(" running · 64-bit mode · 1_234_567 instructions"))
  }

  /// A model with a trace of so many lines, the last of which are longer than the terminal is wide.
  func traced(rows: Int, lines: Int, columns: Int = 80) -> LiveModel {
    var model = LiveModel(
      extent: Extent(rows: rows, columns: columns), screen: .blank, escape: .standard,
      isTraced: true)
    model.screen.put("row 25", row: 24)
    let text = (0..<lines).map { "line \($0) " + String(repeating: "x", count: 300) + "\n" }
    _ = model.update(.trace(StyledText.lines(text.joined())))
    return model
  }

  @Test func `below the screen the last lines of a trace are shown, cut to the width`() {
    let buffer = LiveView.draw(traced(rows: 30, lines: 100))
    #expect(text(buffer, row: 24) == "row 25")
    #expect(buffer.text(row: 25) == String(repeating: "─", count: 80))
    for row in 26...28 { #expect(buffer.text(row: row).hasPrefix("line \(71 + row) xxx")) }
    #expect(buffer.text(row: 28).hasSuffix("xxx"))
    #expect(text(buffer, row: 29).hasPrefix(" running"))
  }

  @Test func `a short trace begins below the screen, and an empty one leaves room`() {
    #expect(text(LiveView.draw(traced(rows: 30, lines: 1)), row: 26).hasPrefix("line 0 "))
    #expect(text(LiveView.draw(traced(rows: 30, lines: 0)), row: 24) == "row 25")
  }

  @Test func `a trace gets the rows that the screen and the status line leave`() {
    // One row is for the trace, not for a line above it.
    #expect(LiveView.draw(traced(rows: 27, lines: 9)).text(row: 25).hasPrefix("line 8 "))
    // None is left, nor on smaller terminals.
    for rows in [26, 25, 24] {
      let buffer = LiveView.draw(traced(rows: rows, lines: 9))
      #expect((0..<rows).allSatisfy { !buffer.text(row: $0).contains("line") })
    }
    var hidden = traced(rows: 26, lines: 9)
    hidden.isStatusShown = false
    #expect(LiveView.draw(hidden).text(row: 25).hasPrefix("line 8 "))
  }

  @Test func `any size at all is drawn, help and long hints too`() {
    for rows in [1, 2, 3, 10, 24, 27, 28] {
      for columns in [1, 2, 5, 20, 79, 81, 82, 200] {
        var model = model(rows: rows, columns: columns, cursor: 24)
        #expect(LiveView.draw(model).extent == Extent(rows: rows, columns: columns))
        model.isHelpShown = true
        model.hint = String(repeating: "long ", count: 50)
        _ = LiveView.draw(model)
        _ = LiveView.draw(traced(rows: rows, lines: 40, columns: columns))
      }
    }
  }

  @Test func `the cursor keeps its shape and colours become the guest's`() {
    var model = model(rows: 26, cursor: 5)
    model.screen.cursor?.lines = 0...15
    model.screen.put("x", row: 5, column: 3, attribute: 0x4E)
    let buffer = LiveView.draw(model)
    #expect(buffer.cursor == CellBuffer.Cursor(row: 5, column: 3, shape: .block))
    #expect(buffer[5, 3] == Cell("x", Style(colors: ColorCode(rawValue: 0x4E))))
  }
}

@Suite struct PacerTests {
  @Test func `guest time follows the wall clock`() {
    let pacer = Pacer(wall: 1_000, guest: GuestTime(nanoseconds: 50))
    #expect(pacer.due(at: 3_000) == GuestTime(nanoseconds: 2_050))
    #expect(pacer.due(at: 500) == GuestTime(nanoseconds: 50))
    #expect(pacer.wall(of: GuestTime(nanoseconds: 2_050)) == 3_000)
    #expect(pacer.wall(of: GuestTime(nanoseconds: .max)) == .max)
  }

  @Test func `a host that is too slow makes the guest lag, not jump`() {
    var pacer = Pacer(wall: 0, guest: .zero)
    let guest = GuestTime(nanoseconds: 5_000_000)
    pacer.dropLag(at: 10_000_000, guest: guest)
    #expect(pacer.due(at: 10_000_000) == GuestTime(nanoseconds: 10_000_000))
    pacer.dropLag(at: 1_000_000_000, guest: guest)
    #expect(pacer.due(at: 1_000_000_000) == guest + Pacer.slack)
  }

  @Test func `slices shrink and grow with the guest's speed`() {
    var meter = SliceMeter(target: 1_000_000, limit: 2_000_000)
    meter.learn(instructions: 100_000, elapsed: 10_000_000)
    #expect(meter.quantum == 10_000)
    for _ in 0..<20 { meter.learn(instructions: meter.quantum, elapsed: meter.quantum / 10) }
    #expect(meter.quantum == 2_000_000)
    meter.learn(instructions: 1_000, elapsed: .max)
    #expect(meter.quantum == 1_000)
  }
}
