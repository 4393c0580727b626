// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// One delivery under way: the event, the memory it is looked up in, and what was touched there.
///
/// Nothing is changed. Each mode's ladder is in a file of its own; here is what they share.
struct DeliveryLadder<Memory: SystemMemory> {
  let event: Interruption
  let memory: Memory
  /// Pages that are used for the first time.
  var touched: [PageTouch] = []
  /// Where the frame's pages are.
  var pages = FramePages()
  /// The page that was read last, as a number, and where it is; an entry of a table is often read in
  /// two parts.
  private var lastPage = ~0 as UInt64
  private var lastFrame = PhysAddr(0)

  init(_ event: Interruption, in memory: Memory) {
    self.event = event
    self.memory = memory
  }

  /// Climbs the ladder of the mode that `registers` say.
  mutating func climb(_ registers: Registers) throws(DeliveryFault) -> DeliveryPlan {
    if !registers.cr0.contains(.pe) { return try climbReal(registers) }
    if registers.efer.contains(.lma) { return try climbLong(registers) }
    return try climbProtected(registers)
  }

  // The error codes, by what is at fault (Intel SDM Vol. 3A §6.13 "Error Code").

  var noCode: SelectorErrorCode { SelectorErrorCode(isExternal: event.isExternal) }
  var vectorCode: SelectorErrorCode {
    SelectorErrorCode(vector: event.vector, isExternal: event.isExternal)
  }
  func code(_ selector: SegmentSelector) -> SelectorErrorCode {
    SelectorErrorCode(selector, isExternal: event.isExternal)
  }
}

// Memory

extension DeliveryLadder {
  /// Reads up to eight bytes at `address` of a table, as the processor does for itself, whatever the
  /// CPL; `code` is that of the #GP if the address is not canonical.
  @inline(__always)
  mutating func read(
    _ address: VirtAddr, bytes: UInt64, for check: DeliveryCheck, _ code: SelectorErrorCode
  ) throws(DeliveryFault) -> UInt64 {
    let offset = address.value & 0xfff
    let first = try locate(address, check, code)
    let mask: UInt64 = bytes == 8 ? ~0 : 1 << (bytes * 8) - 1
    if offset <= 0xff8 { return memory.load64(first) & mask }

    // What is left of the page is in its last eight bytes, the rest at the start of the next.
    let inPage = 0x1000 - offset
    let low = memory.load64(PhysAddr(first.value & ~7)) >> (64 - inPage * 8)
    if inPage >= bytes { return low & mask }
    let next = try locate(VirtAddr(address.value &+ inPage), check, code)
    return (low | memory.load64(next) << (inPage * 8)) & mask
  }

  /// Where `address` of a table lies.
  @inline(__always)
  private mutating func locate(
    _ address: VirtAddr, _ check: DeliveryCheck, _ code: SelectorErrorCode
  ) throws(DeliveryFault) -> PhysAddr {
    if address.value >> 12 != lastPage {
      let access = PageAccess(.read, as: .implicitSupervisor)
      let place = try translate(address, access, check, .generalProtection, code)
      lastPage = address.value >> 12
      lastFrame = PhysAddr(place.value & ~0xfff)
    }
    return lastFrame + (address.value & 0xfff)
  }

  /// Where `address` lies; notes a page that is used for the first time.
  @inline(__always)
  mutating func translate(
    _ address: VirtAddr, _ access: PageAccess, _ check: DeliveryCheck,
    _ exception: Exception, _ code: SelectorErrorCode
  ) throws(DeliveryFault) -> PhysAddr {
    let found: Translation
    do throws(LinearFault) {
      found = try memory.translate(address, for: access)
    } catch {
      switch error {
      case .page(let place, let pageFault):
        throw DeliveryFault(check, pageFault: pageFault, at: place)
      case .nonCanonical: throw DeliveryFault(check, exception, code)
      }
    }
    if found.isNew { touched.append(PageTouch(address: address, access: access)) }
    return found.physical
  }

  /// Checks that all of `frame` can be written by a program of `privilege`, in the order of the pushes.
  @inline(__always)
  mutating func checkWrites(
    of frame: InterruptFrame, privilege: PageAccess.Privilege
  ) throws(DeliveryFault) {
    let access = PageAccess(.write, as: privilege)
    if let page = frame.onlyPage { return try findPage(of: page, access) }
    for number in 0..<frame.count {
      let first = frame.address(of: number)
      try findPage(of: first, access)
      guard first.value & 0xfff + frame.width > 0x1000 else { continue }
      let nextPage = (first.value & ~0xfff) &+ 0x1000
      try findPage(of: VirtAddr(nextPage & frame.addressMask), access)
    }
  }

  @inline(__always)
  private mutating func findPage(
    of address: VirtAddr, _ access: PageAccess
  ) throws(DeliveryFault) {
    if pages.contains(address) { return }
    pages.append(address, at: try translate(address, access, .stackWritable, .stackFault, noCode))
  }

  /// On whose behalf the pushes are made.
  ///
  /// EFLAGS.AC lifts SMAP for a supervisor program, not for the processor on its way out of a user's
  /// (Intel SDM Vol. 3A §4.6 "Access Rights": accesses at CPL 3 that are made by the processor are
  /// implicit).
  @inline(__always)
  func pushPrivilege(from old: UInt8, to new: UInt8, _ flags: RFLAGS) -> PageAccess.Privilege {
    if new == 3 { return .user }
    return old == 3 ? .implicitSupervisor : .supervisor(ac: flags.contains(.alignmentCheck))
  }
}

// Descriptors

extension DeliveryLadder {
  /// A descriptor, and where it lies.
  struct Found {
    let address: VirtAddr
    let descriptor: SegmentDescriptor

    /// The segment register that has loaded it with this selector.
    @inline(__always)
    func loaded(_ selector: SegmentSelector, rpl: UInt8) -> Registers.Segment {
      Registers.Segment(
        selector: selector.rawValue & ~3 | UInt16(rpl), base: VirtAddr(UInt64(descriptor.base)),
        limit: descriptor.byteLimit, access: descriptor.access.union(.accessed),
        flags: descriptor.flags)
    }
  }

  /// Reads the descriptor of `selector` from the GDT or the LDT.
  @inline(__always)
  mutating func descriptor(
    _ selector: SegmentSelector, _ registers: Registers, inTable: DeliveryCheck,
    readable: DeliveryCheck, _ exception: Exception
  ) throws(DeliveryFault) -> Found {
    let base: VirtAddr
    let limit: UInt64
    switch selector.table {
    case .global: (base, limit) = (registers.gdtr.base, UInt64(registers.gdtr.limit))
    case .local:
      // A null LDTR is a table without entries.
      guard !SegmentSelector(rawValue: registers.ldtr.selector).isNull else {
        throw DeliveryFault(inTable, exception, code(selector))
      }
      (base, limit) = (registers.ldtr.base, UInt64(registers.ldtr.limit))
    }
    guard selector.offset + 7 <= limit else {
      throw DeliveryFault(inTable, exception, code(selector))
    }
    let address = registers.linear(base, selector.offset)
    let raw = try read(address, bytes: 8, for: readable, code(selector))
    return Found(address: address, descriptor: SegmentDescriptor(rawValue: raw))
  }

  /// Sees to the accessed bit of a descriptor that is loaded: the processor sets it
  /// (Intel SDM Vol. 3A §3.4.5.1 "Code- and Data-Segment Descriptor Types").
  @inline(__always)
  mutating func markAccessed(
    _ found: Found, in list: inout [DeliveryPlan.AccessedDescriptor], _ registers: Registers
  ) throws(DeliveryFault) {
    if found.descriptor.access.contains(.accessed) { return }
    let address = registers.linear(found.address, 5)
    let access = PageAccess(.write, as: .implicitSupervisor)
    let place = try translate(address, access, .accessedWritable, .generalProtection, noCode)
    list.append(DeliveryPlan.AccessedDescriptor(address: address, physical: place))
  }
}

extension Registers {
  /// The address `offset` bytes into a table at `base`; outside IA-32e mode addresses have 32 bits.
  func linear(_ base: VirtAddr, _ offset: UInt64) -> VirtAddr {
    let sum = base.value &+ offset
    return VirtAddr(efer.contains(.lma) ? sum : sum & 0xffff_ffff)
  }

  /// The current privilege level: SS's DPL, but for the modes that do not look at it
  /// (Intel SDM Vol. 3A §5.5 "Privilege Levels", §20.1 "Real-Address Mode", §20.2).
  var privilegeLevel: UInt8 {
    if !cr0.contains(.pe) { return 0 }
    return rflags.contains(.virtual8086) ? 3 : ss.access.privilegeLevel
  }
}
