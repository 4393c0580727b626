// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A line in service, whose end the guest has never told, and what waits behind it: itself and all lines
/// of a lower priority (Intel 8259A data sheet, "End of Interrupt").
enum UnendedInterrupt {
  static func diagnose(_ evidence: Evidence) -> Finding? {
    let controllers = evidence.controllers
    // IRQ 2 is the way of the second controller's lines.
    let open = InterruptControllers.lines(controllers.inService & ~4)
    guard evidence.registers.rflags.contains(.interrupts), let line = open.first else { return nil }
    // While its handler runs, a line is in service by rights.
    let vector =
      (line.number < 8 ? controllers.masterBase : controllers.slaveBase) | line.number & 7
    let last = evidence.deliveries.last { $0.vector == vector && $0.kind == .external }
    guard let last, !evidence.isInside(last) else { return nil }
    let handler = evidence.kernel.described(last.handler)
    let times = last.count == 1 ? "once" : "\(last.count.grouped) times"
    let isSecond = line.number >= 8
    return Finding(
      .missingEndOfInterrupt,
      cause:
        "\(line) interrupted the kernel \(times), its handler \(handler) returned, and no end of interrupt was "
        + "sent: the line is in service still, and neither it nor any line of a lower priority can "
        + "interrupt again.",
      lookFirst: "the end of \(evidence.kernel.name(of: last.handler)): send 0x20 to port 0x20"
        + (isSecond
          ? ", and before that to port 0xa0, since the line is the second controller's" : "")
        + ", then IRET")
  }
}
