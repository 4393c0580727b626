// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

@Suite struct OptionValueTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z", 1_767_225_600),
    ("2026-01-01", 1_767_225_600), ("2024-02-29T23:59:59", 1_709_251_199),
    ("2000-03-01T12:30Z", 951_913_800), ("1969-12-31T23:59:59Z", -1),
  ])
  func `a UTC time counts seconds from 1970`(text: String, seconds: Int64) throws {
    #expect(try ClockStart(text) == .at(seconds))
  }

  @Test func `now is the host's time`() throws { #expect(try ClockStart("now") == .now) }

  @Test(arguments: [
    "", "yesterday", "2026", "2026-13-01", "2026-02-29", "2026-00-01", "2026-1-1", "2026-01-01Z",
    "2026-01-01T24:00:00", "2026-01-01T00:60:00", "2026-01-01 00:00:00", "2026-01-01T00:00:00+01",
    "2026-01-01T", "+026-01-01",
  ])
  func `what is no UTC time is refused`(text: String) {
    #expect(throws: OptionError.notATime(text)) { try ClockStart(text) }
  }

  @Test(arguments: [("Ctrl-A", Key.a), ("ctrl-x", .x), ("C-b", .b), ("^Z", .z)])
  func `an escape key is Ctrl and a letter`(text: String, key: Key) throws {
    #expect(try EscapeKey(text).keyPress == KeyPress(key, .control))
  }

  @Test(arguments: ["", "A", "F1", "Ctrl-", "Ctrl-1", "Ctrl-AB", "Ctrl-M", "ctrl-i", "^H", "^J"])
  func `a key that a terminal cannot tell from another is no escape key`(text: String) {
    #expect(throws: OptionError.notAnEscapeKey(text)) { try EscapeKey(text) }
  }

  @Test func `a module's arguments start after the first equals sign`() throws {
    let module = try RunOptions.Module("dir/initrd=a=b c")
    #expect(module.path == "dir/initrd")
    #expect(module.arguments == "a=b c")
    #expect(try RunOptions.Module("plain").arguments.isEmpty)
    #expect(throws: OptionError.empty) { try RunOptions.Module("=x") }
  }

  @Test func `the bundled image is looked for in order of closeness to the person`() {
    #expect(
      ImageSearch.candidates(
        for: "k.elf", environment: ["KEMU_IMAGES": "/mine"], executable: "/repo/.build/kemu")
        == [
          "/mine/k.elf", "/repo/share/kemu/k.elf", "/repo/images/k.elf", "/images/k.elf",
        ])
    #expect(ImageSearch.candidates(for: "k.elf", environment: [:], executable: nil).isEmpty)
  }
}
