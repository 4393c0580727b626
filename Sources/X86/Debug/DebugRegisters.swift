// SPDX-License-Identifier: GPL-2.0-or-later

/// DR0 to DR3, DR6 and DR7, and which of the breakpoints an event meets.
///
/// On a debug exception DR6 also tells of conditions that the same event meets and that are not
/// enabled, as it may (Intel SDM Vol. 3B §17.2.3 "Debug Status Register (DR6)"); they do not raise one.
public struct DebugRegisters: Equatable, Sendable {
  /// The linear addresses in DR0 to DR3; for a breakpoint on a port, its number.
  public var addresses: InlineArray<4, VirtAddr> = InlineArray(repeating: VirtAddr(0))
  /// What the last debug exceptions were about.
  public var dr6 = DR6.reset
  /// Which breakpoints are enabled, and what each is about.
  public var dr7 = DR7.reset

  /// The registers after reset.
  public init() {}

  /// Whether both hold the same.
  public static func == (a: DebugRegisters, b: DebugRegisters) -> Bool {
    a.dr6 == b.dr6 && a.dr7 == b.dr7
      && (0..<4).allSatisfy { a.addresses[$0] == b.addresses[$0] }
  }

  /// The first address that breakpoint `number` covers.
  ///
  /// The length masks the lower bits of the address (Intel SDM Vol. 3B §17.2.5 "Breakpoint Field
  /// Recognition"). An instruction breakpoint is where its instruction begins, whatever its length
  /// field says, which the manual wants to be 1.
  private func first(_ number: Int) -> UInt64 {
    let length = dr7.condition(number) == .execution ? 1 : dr7.length(number)
    return addresses[number].value & ~(length - 1)
  }

  /// The conditions that `meets` says an event meets; none unless an enabled one is among them.
  private func conditions(_ meets: (Int) -> Bool) -> DR6 {
    var met: DR6 = []
    var isAnyEnabled = false
    for number in 0..<4 where meets(number) {
      met.insert(.breakpoint(number))
      if dr7.isEnabled(number) { isAnyEnabled = true }
    }
    return isAnyEnabled ? met : []
  }

  private func overlaps(_ number: Int, _ start: UInt64, _ count: UInt64) -> Bool {
    let first = first(number)
    // Neither range goes beyond the last address: their ends do not overflow.
    return start <= first + (dr7.length(number) - 1) && first <= start &+ (count - 1)
  }
}

extension DebugRegisters {
  /// The breakpoints met by the instruction that begins at `address`.
  public func metByInstruction(at address: VirtAddr) -> DR6 {
    conditions { dr7.condition($0) == .execution && addresses[$0] == address }
  }

  /// The breakpoints met by an access to `count` bytes at `address`.
  public func metByAccess(to address: VirtAddr, count: UInt64, isWrite: Bool) -> DR6 {
    conditions { number in
      switch dr7.condition(number) {
      case .accesses: overlaps(number, address.value, count)
      case .writes: isWrite && overlaps(number, address.value, count)
      case .execution, .ports: false
      }
    }
  }

  /// The breakpoints met by IN or OUT of `count` bytes at `port`, with CR4.DE set.
  public func metByPort(_ port: UInt16, count: UInt64) -> DR6 {
    conditions { dr7.condition($0) == .ports && overlaps($0, UInt64(port), count) }
  }

  /// Which accesses to the 4 KiB page of `address` an enabled breakpoint might be met by.
  public func watchedAccesses(toPageOf address: VirtAddr) -> PageProtection {
    var watched: PageProtection = []
    for number in 0..<4
    where dr7.isEnabled(number) && first(number) >> 12 == address.value >> 12 {
      switch dr7.condition(number) {
      case .writes: watched.insert(.write)
      case .accesses: watched.formUnion([.read, .write])
      case .execution, .ports: break
      }
    }
    return watched
  }

  /// Whether an enabled breakpoint is about data.
  public var watchesData: Bool {
    (0..<4).contains { number in
      let condition = dr7.condition(number)
      return dr7.isEnabled(number) && (condition == .writes || condition == .accesses)
    }
  }

  /// Whether an enabled breakpoint is about ports.
  public var watchesPorts: Bool {
    (0..<4).contains { dr7.isEnabled($0) && dr7.condition($0) == .ports }
  }
}
