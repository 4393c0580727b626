// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A selector that means nothing, or something else, in the GDT that is loaded now.
///
/// A segment register keeps what it has loaded when another GDT is loaded. That the selector is stale shows
/// only when it is used again: by IRET, by an interrupt's return, by a gate.
enum StaleSelector {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    let kinds: [Exception] = [.generalProtection, .segmentNotPresent, .invalidTSS, .stackFault]
    guard let exception = fault.exception, kinds.contains(exception),
      let code = fault.fault.errorCode
    else { return nil }
    let error = SelectorErrorCode(rawValue: code)
    guard error.table == .gdt else { return nil }
    let selector = SegmentSelector(rawValue: UInt16(truncatingIfNeeded: code & 0xfffc))
    if let popped = poppedByReturn(selector, fault) { return popped }
    let holder = fault.evidence.holder(of: selector)
    return Finding(
      .staleSelector,
      cause:
        "\(fault.place) used the selector \(hex(selector.rawValue)), and \(fault.evidence.meaning(of: selector))."
        + (holder.map { " \($0) has held it since before that GDT was loaded." } ?? ""),
      lookFirst: holder == nil
        ? "the selector at \(fault.longPlace), and the order of the entries in the GDT"
        : "what follows the LGDT: load CS by a far jump or return, and DS, ES, SS, FS and GS by MOV, with "
          + "selectors of the new table")
  }

  /// IRET (CF) takes CS, and SS where it changes, from the frame: what the interrupted program had.
  private static func poppedByReturn(_ selector: SegmentSelector, _ fault: FaultCase) -> Finding? {
    let code = fault.code(2)
    guard code.first == 0xcf || code == [0x48, 0xcf] else { return nil }
    let evidence = fault.evidence
    let found = [("CS", 1 as UInt64), ("SS", 4)].first { _, number in
      let place = VirtAddr(evidence.stackPointer.value &+ number * evidence.width)
      return evidence.word(at: place).map { $0 & 0xfffc == UInt64(selector.rawValue) } ?? false
    }
    guard let (register, _) = found else { return nil }
    return Finding(
      .staleSelector,
      cause: "The IRET at \(fault.longPlace) returns to \(register) \(hex(selector.rawValue)), and "
        + "\(evidence.meaning(of: selector)). The program that was interrupted had \(register) from before this "
        + "GDT was loaded: a segment register keeps what it has until it is loaded again.",
      lookFirst:
        "what follows the LGDT: load CS by a far jump or return, and DS, ES, SS, FS and GS by MOV, with "
        + "selectors of the new table")
  }
}

extension Evidence {
  /// The segment register that holds `selector` and was loaded from another descriptor than the one
  /// that the GDT has there now.
  fileprivate func holder(of selector: SegmentSelector) -> String? {
    let all: [(String, Registers.Segment)] = [
      ("SS", registers.ss), ("CS", registers.cs), ("DS", registers.ds), ("ES", registers.es),
      ("FS", registers.fs), ("GS", registers.gs),
    ]
    let found = all.first { $0.1.selector & 0xfffc == selector.rawValue & 0xfffc }
    guard let found else { return nil }
    guard let now = descriptor(of: selector) else { return found.0 }
    // The accessed bit alone does not make another descriptor.
    let was = found.1.access.union(.accessed)
    return now.access.union(.accessed) == was ? nil : found.0
  }

  /// The descriptor that the GDT has for `selector`; nil if it is beyond the limit or not mapped.
  func descriptor(of selector: SegmentSelector) -> SegmentDescriptor? {
    guard selector.offset + 7 <= UInt64(registers.gdtr.limit) else { return nil }
    let place = VirtAddr(registers.gdtr.base.value &+ selector.offset)
    return memory.value(at: place, width: 8).map(SegmentDescriptor.init(rawValue:))
  }

  /// What `selector` means in the GDT: `entry 3 of the GDT is a 64-bit TSS`.
  func meaning(of selector: SegmentSelector) -> String {
    let limit = UInt64(registers.gdtr.limit)
    let entries = (limit + 1) / 8
    guard selector.offset + 7 <= limit else {
      return "the GDT ends before it: its limit is \(hex(limit)), \(entries) "
        + (entries == 1 ? "entry" : "entries")
    }
    guard let descriptor = descriptor(of: selector) else {
      return "the GDT at \(registers.gdtr.base.text) cannot be read"
    }
    return "entry \(selector.index) of the GDT is \(descriptor.words)"
  }
}

extension SegmentDescriptor {
  /// `64-bit code, DPL 0`.
  var words: String {
    if rawValue == 0 { return "empty" }
    let end = ", DPL \(access.privilegeLevel)" + (access.contains(.present) ? "" : ", not present")
    guard access.contains(.codeOrData) else {
      return (SystemSegmentType(access)?.name ?? "of a reserved type") + end
    }
    if !access.contains(.code) {
      return (access.contains(.readableOrWritable) ? "data" : "read-only data") + end
    }
    let size = flags.contains(.long) ? "64-bit" : flags.contains(.big) ? "32-bit" : "16-bit"
    return "\(size) code\(end)"
  }
}
