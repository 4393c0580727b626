// SPDX-License-Identifier: GPL-2.0-or-later

// What a recorded walk says about its steps. All of it follows from what was read: nothing is looked up
// again.

extension PageWalk {
  /// Where an entry leads.
  public enum Target: Hashable, Sendable {
    /// Nowhere: it is not present, or has a reserved bit.
    case nothing
    /// To the table at this address.
    case table(PagingLevel, PhysAddr)
    /// To the page that begins at this address.
    case page(PageSize, PhysAddr)

    /// The table or page; nil for neither.
    public var address: PhysAddr? {
      switch self {
      case .nothing: nil
      case .table(_, let address), .page(_, let address): address
      }
    }
  }

  /// Where the entry of a step leads.
  public func target(ofStep number: Int) -> Target {
    let step = steps[number]
    if number + 1 < steps.count { return .table(steps[number + 1].level, step.entry.address) }
    switch outcome {
    case .fault(let fault) where !fault.reason.isDenial: return .nothing
    default:
      let size = mode.pageSize(at: step.level)
      return .page(size, step.entry.frame(of: size))
    }
  }

  /// The table that the entry of a step lies in.
  public func table(ofStep number: Int) -> PhysAddr {
    let step = steps[number]
    return PhysAddr(step.entryAddress.value - UInt64(step.index) * mode.entrySize)
  }

  /// What kind of entry a step read, as far as its flags are concerned.
  public func place(ofStep number: Int) -> EntryFlag.Places {
    let step = steps[number]
    if mode == .pae && step.level == .pdpt { return .pointer }
    switch target(ofStep: number) {
    case .table: return .table
    case .page(.kib4, _): return .page
    case .page: return .largePage
    case .nothing:
      if step.level == .pt { return .page }
      return step.entry.flags.contains(.largePage) ? .largePage : .table
    }
  }

  /// The earlier or same step whose table this step's entry leads to again: the mapping is recursive,
  /// the tables are seen as if they were pages. Nil for all others.
  ///
  /// Only tables and 4 KiB pages count: a larger page contains tables as it contains all else.
  public func stepWhoseTableReturns(atStep number: Int) -> Int? {
    switch target(ofStep: number) {
    case .table(_, let address), .page(.kib4, let address):
      return (0...number).first { table(ofStep: $0) == address }
    case .page, .nothing:
      return nil
    }
  }

  /// The step that decided, for a page fault.
  public var decidingStep: Int? {
    guard case .fault(let fault) = outcome else { return nil }
    return steps.firstIndex { $0.level == fault.level }
  }

  /// The linear addresses that share a walk with this one, entry for entry: a page, or what the entry
  /// that ended the walk would cover. Nil without steps.
  public var covered: ClosedRange<VirtAddr>? {
    guard let last = steps.last else { return nil }
    let rest: UInt64 = 1 << mode.shift(of: last.level) - 1
    let linear = mode == .fourLevel ? address.value : address.value & 0xffff_ffff
    return VirtAddr(linear & ~rest)...VirtAddr(linear | rest)
  }
}

extension PageFault.Reason {
  /// Whether there was a translation, and the rights forbid the access.
  public var isDenial: Bool {
    switch self {
    case .notPresent, .reservedBit: false
    case .writeProtected, .supervisorOnly, .noExecute, .smep, .smap: true
    }
  }
}

extension PagingMode {
  /// The size of the pages that entries of `level` map.
  @inlinable public func pageSize(at level: PagingLevel) -> PageSize {
    // swift-format-ignore
    switch level {
    case .pt:          .kib4
    case .pd:          self == .bits32 ? .mib4 : .mib2
    case .pdpt, .pml4: .gib1
    }
  }
}
