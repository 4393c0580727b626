// SPDX-License-Identifier: GPL-2.0-or-later
import X86

// The new task's side of a task switch (see DeliveryLadder+Task.swift): what is loaded with checks, in the
// new task's address space. The manual gives no order for the segments; LDTR, CS, SS and then the data
// segments is QEMU's.

/// How a task arrives.
struct TaskArrival {
  var fault: DeliveryFault?
  var frame: InterruptFrame
  var writes = PlannedWrites()
  var touched: [PageTouch] = []
  var accessed: [DeliveryPlan.AccessedDescriptor] = []
}

extension DeliveryLadder {
  /// Loads what has to be checked, as far as the checks hold, and pushes an error code.
  func arrive(
    _ new: inout Registers, _ state: TaskState, _ errorCode: UInt32?, width: UInt64
  ) -> TaskArrival {
    var arrival = TaskArrival(frame: InterruptFrame(width: width, top: new.rsp))
    do throws(DeliveryFault) {
      if state.isWide { try loadPointers(&new) }
      var there = DeliveryLadder<Memory.Elsewhere>(event, in: memory.under(new))
      defer { arrival.touched = there.touched }
      try there.loadLocalTable(&new)
      if !new.rflags.contains(.virtual8086) { try there.loadSegments(&new, &arrival.accessed) }
      if let errorCode { try there.push(errorCode, &new, &arrival) }
      guard new.rip <= UInt64(new.cs.limit) else {
        throw DeliveryFault(.entryPoint, .generalProtection, noCode)
      }
    } catch {
      arrival.fault = error
    }
    return arrival
  }

  /// PAE paging: the pointers of the new CR3.
  ///
  /// Intel SDM Vol. 3A §4.4.1 "PDPTE Registers" has a task switch load them if it changes CR3, and
  /// leaves open what reserved bits raise; it is #GP(0), as with MOV.
  private func loadPointers(_ new: inout Registers) throws(DeliveryFault) {
    guard PagingMode(cr0: new.cr0, cr4: new.cr4, efer: new.efer) == .pae else { return }
    let kept = new.pointers
    new.pointers = memory.pointers(at: new.cr3)
    guard PagingState(new).acceptsPointers else {
      new.pointers = kept
      throw DeliveryFault(.newPointers, .generalProtection, noCode)
    }
  }

  private mutating func loadLocalTable(_ new: inout Registers) throws(DeliveryFault) {
    let selector = SegmentSelector(rawValue: new.ldtr.selector)
    guard !selector.isNull else { return }
    guard selector.table == .global else {
      throw DeliveryFault(.newSegmentInTable, .invalidTSS, code(selector))
    }
    let found = try newDescriptor(selector, new)
    let access = found.descriptor.access
    guard SystemSegmentType(access) == .ldt else {
      throw DeliveryFault(.newSegmentType, .invalidTSS, code(selector))
    }
    guard access.contains(.present) else {
      throw DeliveryFault(.newSegmentPresent, .invalidTSS, code(selector))
    }
    new.ldtr = found.loaded(selector, rpl: selector.rpl)
    new.ldtr.access = access
  }

  private mutating func loadSegments(
    _ new: inout Registers, _ accessed: inout [DeliveryPlan.AccessedDescriptor]
  ) throws(DeliveryFault) {
    let privilege = SegmentSelector(rawValue: new.cs.selector).rpl
    for (segment, role) in Role.order {
      let selector = SegmentSelector(rawValue: new[keyPath: segment].selector)
      if selector.isNull && role == .data { continue }
      guard !selector.isNull else {
        throw DeliveryFault(.newSegmentSelector, .invalidTSS, code(selector))
      }
      let found = try newDescriptor(selector, new)
      let access = found.descriptor.access
      guard role.takes(access) else {
        throw DeliveryFault(.newSegmentType, .invalidTSS, code(selector))
      }
      guard role.allows(access, rpl: selector.rpl, at: privilege) else {
        throw DeliveryFault(.newSegmentPrivilege, .invalidTSS, code(selector))
      }
      guard access.contains(.present) else {
        throw DeliveryFault(
          .newSegmentPresent, role == .stack ? .stackFault : .segmentNotPresent, code(selector))
      }
      try markAccessed(found, in: &accessed, new)
      new[keyPath: segment] = found.loaded(selector, rpl: selector.rpl)
    }
  }

  private mutating func newDescriptor(
    _ selector: SegmentSelector, _ new: Registers
  ) throws(DeliveryFault) -> Found {
    try descriptor(
      selector, new, inTable: .newSegmentInTable, readable: .newSegmentReadable, .invalidTSS)
  }

  /// Pushes the error code of what went through the task gate, with the width of the TSS.
  private mutating func push(
    _ errorCode: UInt32, _ new: inout Registers, _ arrival: inout TaskArrival
  ) throws(DeliveryFault) {
    var frame = InterruptFrame(
      width: arrival.frame.width, top: new.rsp, base: new.ss.base, mask: new.ss.pointerMask)
    frame.push(UInt64(errorCode))
    guard frame.fits(in: new.ss) else { throw DeliveryFault(.stackRoom, .stackFault, noCode) }
    let level = new.privilegeLevel
    try write(
      frame[0], bytes: frame.width, at: frame.address(of: 0),
      as: pushPrivilege(from: level, to: level, new.rflags), for: .stackWritable,
      in: &arrival.writes)
    new.rsp = new.ss.pointer(new.rsp, movedTo: frame.bottom)
    arrival.frame = frame
  }
}

/// What a segment register is for, and so which segments it takes.
private enum Role {
  case code, stack, data

  static let order: [(WritableKeyPath<Registers, Registers.Segment> & Sendable, Role)] = [
    (\.cs, .code), (\.ss, .stack), (\.es, .data), (\.ds, .data), (\.fs, .data), (\.gs, .data),
  ]

  /// Whether the type is right: code, data that can be written, or what can be read.
  func takes(_ access: SegmentDescriptor.Access) -> Bool {
    guard access.contains(.codeOrData) else { return false }
    let isCode = access.contains(.code)
    let allowsMore = access.contains(.readableOrWritable)
    // swift-format-ignore
    switch self {
    case .code:  return isCode
    case .stack: return !isCode && allowsMore
    case .data:  return !isCode || allowsMore
    }
  }

  /// Whether the segment's privilege is right for a task that runs at `privilege`.
  func allows(_ access: SegmentDescriptor.Access, rpl: UInt8, at privilege: UInt8) -> Bool {
    let level = access.privilegeLevel
    let isConforming = access.contains([.code, .conformingOrExpandDown])
    // swift-format-ignore
    switch self {
    case .code:  return isConforming ? level <= privilege : level == privilege
    case .stack: return level == privilege && rpl == privilege
    case .data:  return isConforming || level >= max(privilege, rpl)
    }
  }
}
