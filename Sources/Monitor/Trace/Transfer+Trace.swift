// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

// IRET, SYSCALL and the like: the way back, and the ways in that use no gate. JMP and CALL, if they switch
// tasks.

extension Transfer {
  /// Calls `body` with every step, in the order of a delivery's.
  func forEachStep(_ body: (TraceStep) -> Void) {
    task?.forEachStep(body)
    // A task that could not be loaded may have selectors without segments.
    let hasSegment = task?.fault == nil || to.cs.access.contains(.present)
    body(
      .segment(
        SegmentSelector(rawValue: to.cs.selector), hasSegment ? to.cs : nil, from: from.privilege,
        to: to.privilege))
    body(.pointer(old: from.rsp, new: to.rsp))
    body(.flags(from.rflags, to.rflags))
    if task?.fault == nil { body(.enter(to.rip)) }
  }
}

extension TextTrace {
  mutating func write(_ transfer: Transfer) {
    let from = transfer.from
    heading(
      [
        "\(transfer.title) at \(name(from.rip))", from.mode.shortName,
        "ring \(from.privilege)", "instruction \(transfer.instructions.grouped)",
      ], .interrupt)
    // Virtual-8086 mode has segments as real mode does.
    let isReal = transfer.to.mode == .real16
    transfer.forEachStep { write($0, isLongMode: from.mode.isLong, isRealMode: isReal) }
  }
}

extension JSONTrace {
  mutating func write(_ transfer: Transfer) {
    write("transfer", transfer) { json, symbolizer in
      json.write(transfer.title, "title")
      json.array("steps") { json in
        transfer.forEachStep { json.write($0, isLongMode: true, of: nil, symbolizer) }
      }
    }
  }
}

extension Processor.Mode {
  /// Whether entries of the IDT have 16 bytes, and the frame values of 8.
  var isLong: Bool {
    switch self {
    case .long64, .compatibility16, .compatibility32: true
    case .real16, .protected16, .protected32: false
    }
  }
}
