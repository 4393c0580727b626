// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import X86

@testable import Emu

/// The exceptions of a kernel on QEMU, from QEMU's own log (`-d int,cpu_reset`).
struct QEMUDeliveries {
  /// An exception as the processor met it.
  struct Delivery: Equatable {
    var vector: UInt8
    var errorCode: UInt32
    var rip: UInt64
    var cr2: UInt64?
  }

  /// A delivery that raised an exception itself.
  struct Escalation: Equatable {
    var during: UInt8
    var raised: UInt8
  }

  /// All of them, in their order.
  private(set) var deliveries: [Delivery] = []
  /// Those that failed.
  private(set) var escalations: [Escalation] = []
  /// Whether the processor shut down at the end.
  private(set) var endsInTripleFault = false
  /// QEMU's exit status.
  let status: Int32

  /// Boots images/NAME.iso until the processor is reset.
  init(_ name: String, commandLine: String) throws {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("kemu-\(UUID().uuidString).log")
    defer { try? FileManager.default.removeItem(at: file) }
    status = try QEMURun(
      name, commandLine: commandLine, options: ["-d", "int,cpu_reset", "-D", file.path]
    ).status
    let log = try String(contentsOf: file, encoding: .utf8)
    for line in log.split(separator: "\n") { read(line) }
    endsInTripleFault = log.hasSuffix("Triple fault\n")
  }

  private mutating func read(_ line: Substring) {
    if let match = line.firstMatch(
      of: /v=([0-9a-f]{2}) e=([0-9a-f]{4}) .* pc=([0-9a-f]{16}) (?:.* CR2=([0-9a-f]{16}))?/)
    {
      deliveries.append(
        Delivery(
          vector: Self.number(match.1), errorCode: Self.number(match.2), rip: Self.number(match.3),
          cr2: match.4.map(Self.number)))
    } else if let match = line.firstMatch(
      of: /check_exception old: 0x([0-9a-f]+) new 0x([0-9a-f]+)/),
      match.1 != "ffffffff"  // nothing was being delivered
    {
      escalations.append(
        Escalation(during: Self.number(match.1), raised: Self.number(match.2)))
    }
  }

  private static func number<Number: FixedWidthInteger>(_ digits: Substring) -> Number {
    Number(digits, radix: 16) ?? .max
  }
}

extension QEMUDeliveries.Delivery {
  /// What kemu says of it.
  init(_ fault: Fault) {
    self.init(
      vector: fault.vector, errorCode: fault.errorCode ?? 0, rip: fault.rip.value,
      cr2: fault.cr2?.value)
  }
}
