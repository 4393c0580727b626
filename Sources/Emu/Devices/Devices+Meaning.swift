// SPDX-License-Identifier: GPL-2.0-or-later

// What a chip makes of what is written to it or read from it, in words, for people; it depends on the chip's
// state, and changes none. The sources are those that the chip's own file names.

extension PIC8259 {
  /// The command word that `value` is, if it is written.
  func meaning(ofWriting value: UInt8, offset: UInt16) -> PortMeaning {
    switch (offset, value & 0x18) {
    case (1, _) where initialization != nil: meaning(ofInitializing: value)
    case (1, _):
      PortMeaning(
        register: "mask",
        value: value == 0xff
          ? "all lines off" : value == 0 ? "all lines on" : "on: \(Self.lines(~value))")
    case (_, 0x00): PortMeaning(register: "OCW2", value: Self.ending(value))
    case (_, 0x08): PortMeaning(register: "OCW3", value: Self.modes(value))
    default:
      PortMeaning(
        register: "ICW1",
        value: "begin initialization, \(value & 0x08 != 0 ? "level" : "edge") triggered, "
          + "\(value & 0x02 != 0 ? "alone" : "cascaded"), "
          + "\(value & 0x01 != 0 ? "ICW4 follows" : "no ICW4")")
    }
  }

  private func meaning(ofInitializing value: UInt8) -> PortMeaning {
    switch initialization {
    case .vector:
      PortMeaning(register: "ICW2", value: "vectors \(value & 0xf8)…\(value & 0xf8 | 7)")
    case .cascade: PortMeaning(register: "ICW3", value: "where the other one is connected")
    default:
      PortMeaning(
        register: "ICW4",
        value: "\(value & 0x01 != 0 ? "8086" : "MCS-80/85") mode, "
          + "\(value & 0x02 != 0 ? "automatic" : "normal") end of interrupt")
    }
  }

  /// What is read.
  func meaningOfReading(offset: UInt16) -> PortMeaning {
    if isPolled { return PortMeaning(register: "poll", value: "") }
    if offset != 0 { return PortMeaning(register: "mask", value: "") }
    return PortMeaning(register: readsInService ? "in service" : "requests", value: "")
  }

  private static func ending(_ value: UInt8) -> String {
    let line = value & 7
    switch value >> 5 {
    case 0b000: return "automatic rotation off"
    case 0b001: return "end of interrupt"
    case 0b010: return "nothing"
    case 0b011: return "end of interrupt, line \(line)"
    case 0b100: return "automatic rotation on"
    case 0b101: return "end of interrupt, rotate"
    case 0b110: return "line \(line) gets the lowest priority"
    default: return "end of interrupt, line \(line), rotate"
    }
  }

  private static func modes(_ value: UInt8) -> String {
    var parts: [String] = []
    if value & 0x40 != 0 { parts.append("special mask \(value & 0x20 != 0 ? "on" : "off")") }
    if value & 0x04 != 0 { parts.append("poll") }
    if value & 0x02 != 0 {
      parts.append("next read is of \(value & 0x01 != 0 ? "in service" : "requests")")
    }
    return parts.joined(separator: ", ")
  }

  private static func lines(_ bits: UInt8) -> String {
    (0..<8).filter { bits >> $0 & 1 == 1 }.map { "line \($0)" }.joined(separator: " ")
  }
}

extension PIT8254 {
  /// What `value` says in the control register.
  static func meaning(ofControl value: UInt8) -> String {
    if value >> 6 == 3 { return "read back" }
    let counter = value >> 6
    switch value >> 4 & 3 {
    case 0: return "latch counter \(counter)"
    case let access:
      let bytes = access == 1 ? "low byte" : access == 2 ? "high byte" : "low and high byte"
      let mode = value >> 1 & 7
      return "counter \(counter), mode \(mode > 5 ? mode & 3 : mode), \(bytes), "
        + (value & 1 != 0 ? "decimal" : "binary")
    }
  }
}

extension UART16550 {
  /// What is behind `offset`, and what `value` says there.
  func meaning(of value: UInt8, _ direction: PortAccess.Direction, offset: UInt16) -> PortMeaning? {
    switch (offset, direction) {
    case (0, _) where divisorLatchAccess: return PortMeaning(register: "divisor low", value: "")
    case (1, _) where divisorLatchAccess: return PortMeaning(register: "divisor high", value: "")
    case (0, _): return PortMeaning(register: "data", value: value.quoted)
    case (3, .output):
      let parity = value & 8 == 0 ? "no parity" : value & 16 == 0 ? "odd parity" : "even parity"
      return PortMeaning(
        register: "line control",
        value: "\(value & 3 + 5) bits, \(parity), \(value & 4 == 0 ? "1 stop bit" : "2 stop bits")"
          + (value & 0x80 != 0 ? ", divisor reachable" : ""))
    case (5, .input):
      let bits = [(0x01, "data ready"), (0x02, "overrun"), (0x20, "holding empty"), (0x40, "idle")]
      return PortMeaning(
        register: "line status",
        value: bits.filter { Int(value) & $0.0 != 0 }.map(\.1).joined(separator: ", "))
    default: return nil
    }
  }
}

extension RTC {
  /// The register that the index chooses.
  var selectedName: String {
    // swift-format-ignore
    switch index {
    case RTCRegisters.second:  "second"
    case RTCRegisters.minute:  "minute"
    case RTCRegisters.hour:    "hour"
    case RTCRegisters.weekday: "weekday"
    case RTCRegisters.day:     "day"
    case RTCRegisters.month:   "month"
    case RTCRegisters.year:    "year"
    case RTCRegisters.century: "century"
    case 0x0A...0x0D:          "status \(["A", "B", "C", "D"][index - 0x0A])"
    default:                   "0x" + String(index, radix: 16)
    }
  }
}

extension VGA {
  /// The CRT controller's register that its index chooses, by name for those that show in text mode.
  var crtcName: String {
    // swift-format-ignore
    switch crtc.index {
    case 0x0A: "cursor start"
    case 0x0B: "cursor end"
    case 0x0C: "start address high"
    case 0x0D: "start address low"
    case 0x0E: "cursor location high"
    case 0x0F: "cursor location low"
    default:   "0x" + String(crtc.index, radix: 16)
    }
  }
}

extension KeyboardController {
  /// What the command `value` asks for.
  static func meaning(ofCommand value: UInt8) -> String {
    // swift-format-ignore
    switch value {
    case 0x20: "read configuration"
    case 0x60: "write configuration"
    case 0xA7: "auxiliary device off"
    case 0xA8: "auxiliary device on"
    case 0xA9: "test the auxiliary port"
    case 0xAA: "self-test"
    case 0xAB: "test the keyboard port"
    case 0xAD: "keyboard off"
    case 0xAE: "keyboard on"
    case 0xC0: "read the input port"
    case 0xD0: "read the output port"
    case 0xD1: "write the output port: A20, reset"
    case 0xD4: "write to the auxiliary device"
    case 0xF0...0xFF where value & 0x01 == 0: "pulse the reset line"
    default:   ""
    }
  }

  /// What the status register says.
  static func meaning(ofStatus value: UInt8) -> String {
    value & 0x01 != 0 ? "a byte waits" : "nothing waits"
  }
}

extension UInt8 {
  /// As a character, if it is one of ASCII's that can be seen: `'A'`.
  fileprivate var quoted: String {
    self > 0x20 && self < 0x7f
      ? "'\(Character(Unicode.Scalar(self)))'" : self == 0x0a ? "'\\n'" : ""
  }
}
