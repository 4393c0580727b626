// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// Accesses to ports: one after the other, but the same one again and again is told once.

extension PortAccess {
  /// `OUT to 0x20 (PIC 1 OCW2)`.
  var title: String {
    let way = direction == .input ? "IN from" : "OUT to"
    return "\(way) \(hex(port))" + (meaning.register.isEmpty ? "" : " (\(meaning.register))")
  }

  /// As far apart accesses of a loop that waits for a device may be; an access takes 1 µs by itself.
  private static let pause: UInt64 = 10_000

  /// Whether it is the same instruction's as `other`, with the same result, and follows soon.
  func repeats(_ other: PortAccess) -> Bool {
    moment - other.moment <= Self.pause && address == other.address && port == other.port
      && direction == other.direction
      && width == other.width && value == other.value && meaning == other.meaning
  }
}

/// An access to a port, and how often it came in a row.
struct PortRun: Equatable {
  /// The first time.
  let access: PortAccess
  /// The last time.
  private(set) var last: PortAccess
  /// How often.
  private(set) var count: UInt64 = 1

  init(_ access: PortAccess) { (self.access, last) = (access, access) }

  /// Takes one more, if it is the same again; false if it is another.
  mutating func take(_ next: PortAccess) -> Bool {
    guard next.repeats(last) else { return false }
    last = next
    count += 1
    return true
  }
}

extension TextTrace {
  mutating func write(_ run: PortRun) {
    let access = run.access
    heading(access.title, access, .control)
    let bits = access.width == .byte ? "" : ", \(access.width.rawValue) bytes"
    let value = "\(hex(access.value))\(bits)"
    line(
      "value",
      [
        access.meaning.value.isEmpty ? value : "\(value): \(access.meaning.value)",
        run.count == 1 ? "" : "\(run.count.grouped) times in a row",
      ])
  }
}

extension JSONTrace {
  mutating func write(_ run: PortRun) {
    let access = run.access
    write("port", access) { json, _ in
      json.write(access.direction == .input ? "in" : "out", "direction")
      json.write(hex: UInt64(access.port), "port")
      json.write(UInt64(access.width.rawValue), "width")
      json.write(hex: UInt64(access.value), "value")
      json.write(access.meaning.register, "register")
      if !access.meaning.value.isEmpty { json.write(access.meaning.value, "meaning") }
      json.write(run.count, "count")
    }
  }
}
