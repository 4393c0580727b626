// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Address translation once more, straight from the manual's prose (Intel SDM Vol. 3A §4.3...§4.8)
/// and on purpose in another style than the one under test: one mode after the other, bits by number,
/// rights sentence by sentence, and nothing shared with it but the fake memory.
struct ReferenceTranslation {
  enum Who { case user, supervisorWithoutAC, supervisorWithAC, implicit }
  enum What { case read, write, fetch }
  enum Answer: Equatable {
    case page(physical: UInt64, size: UInt64)
    case pageFault(code: UInt32)
    case generalProtection
  }

  var cr0: UInt64
  var cr3: UInt64
  var cr4: UInt64
  var efer: UInt64
  var maxPhysAddr: Int
  var gigabytePages: Bool
  let memory: FakeMemory
  private let pdpteRegisters: [UInt64]

  /// Bytes that the last translation set bits in, where they were not set before.
  private(set) var marks: [UInt64: UInt8] = [:]

  init(
    cr0: UInt64, cr3: UInt64, cr4: UInt64, efer: UInt64, maxPhysAddr: Int, gigabytePages: Bool,
    memory: FakeMemory
  ) {
    (self.cr0, self.cr3, self.cr4, self.efer) = (cr0, cr3, cr4, efer)
    self.maxPhysAddr = maxPhysAddr
    self.gigabytePages = gigabytePages
    self.memory = memory
    pdpteRegisters = (0..<4).map { memory.load(PhysAddr(cr3 & 0xffff_ffe0 + 8 * $0), 8) }
  }

  private func bit(_ value: UInt64, _ number: Int) -> Bool { (value >> UInt64(number)) % 2 == 1 }

  /// Bits `high`...`low` of `value`, moved down to bit 0.
  private func bits(_ value: UInt64, _ high: Int, _ low: Int) -> UInt64 {
    var result: UInt64 = 0
    for number in low...high where bit(value, number) { result += 1 << UInt64(number - low) }
    return result
  }

  private func anySet(_ value: UInt64, _ ranges: [(Int, Int)]) -> Bool {
    ranges.contains { high, low in high >= low && bits(value, high, low) != 0 }
  }

  private var wp: Bool { bit(cr0, 16) }
  private var nxe: Bool { bit(efer, 11) }

  mutating func translate(_ linear: UInt64, _ who: Who, _ what: What) -> Answer {
    marks = [:]
    if !bit(cr0, 31) { return .page(physical: bits(linear, 31, 0), size: 4096) }
    if !bit(cr4, 5) { return translate32(linear, who, what) }
    return bit(efer, 8) ? translate4Level(linear, who, what) : translatePAE(linear, who, what)
  }

  // §4.3 32-Bit Paging
  private mutating func translate32(_ linear: UInt64, _ who: Who, _ what: What) -> Answer {
    let pdeAt = bits(cr3, 31, 12) * 4096 + bits(linear, 31, 22) * 4
    let pde = memory.load(PhysAddr(pdeAt), 4)
    guard bit(pde, 0) else { return fault(who, what, present: false) }
    if bit(cr4, 4) && bit(pde, 7) {
      let m = min(40, maxPhysAddr)
      if anySet(pde, [(21, m - 19)]) { return fault(who, what, reserved: true) }
      let frame = bits(pde, 20, 13) << 32 + bits(pde, 31, 22) << 22
      return finish(who, what, [(pdeAt, pde)], [], frame + bits(linear, 21, 0), 4 << 20)
    }
    let pteAt = bits(pde, 31, 12) * 4096 + bits(linear, 21, 12) * 4
    let pte = memory.load(PhysAddr(pteAt), 4)
    guard bit(pte, 0) else { return fault(who, what, present: false) }
    let physical = bits(pte, 31, 12) * 4096 + bits(linear, 11, 0)
    return finish(who, what, [(pdeAt, pde), (pteAt, pte)], [], physical, 4096)
  }

  // §4.4 PAE Paging; the reserved bits of PDPTEs are looked at here rather than at MOV to CR3.
  private mutating func translatePAE(_ linear: UInt64, _ who: Who, _ what: What) -> Answer {
    let m = maxPhysAddr
    let xd = nxe ? [] : [(63, 63)]
    let pdpte = pdpteRegisters[Int(bits(linear, 31, 30))]
    guard bit(pdpte, 0) else { return fault(who, what, present: false) }
    if anySet(pdpte, [(2, 1), (8, 5), (63, m)]) { return fault(who, what, reserved: true) }

    let pdeAt = bits(pdpte, 51, 12) * 4096 + bits(linear, 29, 21) * 8
    let pde = memory.load(PhysAddr(pdeAt), 8)
    guard bit(pde, 0) else { return fault(who, what, present: false) }
    if anySet(pde, [(62, m)] + xd) { return fault(who, what, reserved: true) }
    if bit(pde, 7) {
      if anySet(pde, [(20, 13)]) { return fault(who, what, reserved: true) }
      let physical = bits(pde, 51, 21) << 21 + bits(linear, 20, 0)
      return finish(who, what, [(pdeAt, pde)], [], physical, 2 << 20)
    }
    let pteAt = bits(pde, 51, 12) * 4096 + bits(linear, 20, 12) * 8
    let pte = memory.load(PhysAddr(pteAt), 8)
    guard bit(pte, 0) else { return fault(who, what, present: false) }
    if anySet(pte, [(62, m)] + xd) { return fault(who, what, reserved: true) }
    let physical = bits(pte, 51, 12) * 4096 + bits(linear, 11, 0)
    return finish(who, what, [(pdeAt, pde), (pteAt, pte)], [], physical, 4096)
  }

  // §4.5 4-Level Paging
  private mutating func translate4Level(_ linear: UInt64, _ who: Who, _ what: What) -> Answer {
    let top = bits(linear, 63, 47)
    guard top == 0 || top == 0x1_ffff else { return .generalProtection }
    let always = [(51, maxPhysAddr)] + (nxe ? [] : [(63, 63)])
    var used: [(UInt64, UInt64)] = []

    let pml4eAt = bits(cr3, 51, 12) * 4096 + bits(linear, 47, 39) * 8
    let pml4e = memory.load(PhysAddr(pml4eAt), 8)
    guard bit(pml4e, 0) else { return fault(who, what, present: false) }
    if anySet(pml4e, always + [(7, 7)]) { return fault(who, what, reserved: true) }
    used.append((pml4eAt, pml4e))

    let pdpteAt = bits(pml4e, 51, 12) * 4096 + bits(linear, 38, 30) * 8
    let pdpte = memory.load(PhysAddr(pdpteAt), 8)
    guard bit(pdpte, 0) else { return fault(who, what, present: false) }
    if anySet(pdpte, always) { return fault(who, what, reserved: true) }
    if bit(pdpte, 7) {
      if !gigabytePages || anySet(pdpte, [(29, 13)]) { return fault(who, what, reserved: true) }
      let physical = bits(pdpte, 51, 30) << 30 + bits(linear, 29, 0)
      return finish(who, what, [(pdpteAt, pdpte)], used, physical, 1 << 30)
    }
    used.append((pdpteAt, pdpte))

    let pdeAt = bits(pdpte, 51, 12) * 4096 + bits(linear, 29, 21) * 8
    let pde = memory.load(PhysAddr(pdeAt), 8)
    guard bit(pde, 0) else { return fault(who, what, present: false) }
    if anySet(pde, always) { return fault(who, what, reserved: true) }
    if bit(pde, 7) {
      if anySet(pde, [(20, 13)]) { return fault(who, what, reserved: true) }
      let physical = bits(pde, 51, 21) << 21 + bits(linear, 20, 0)
      return finish(who, what, [(pdeAt, pde)], used, physical, 2 << 20)
    }
    used.append((pdeAt, pde))

    let pteAt = bits(pde, 51, 12) * 4096 + bits(linear, 20, 12) * 8
    let pte = memory.load(PhysAddr(pteAt), 8)
    guard bit(pte, 0) else { return fault(who, what, present: false) }
    if anySet(pte, always) { return fault(who, what, reserved: true) }
    let physical = bits(pte, 51, 12) * 4096 + bits(linear, 11, 0)
    return finish(who, what, [(pteAt, pte)], used, physical, 4096)
  }

  /// §4.6.1 for a translation controlled by `above` and `last`, whose last element maps the page;
  /// then §4.8.
  private mutating func finish(
    _ who: Who, _ what: What, _ last: [(UInt64, UInt64)], _ above: [(UInt64, UInt64)],
    _ physical: UInt64, _ size: UInt64
  ) -> Answer {
    let entries = above + last
    let userAddress = entries.allSatisfy { bit($0.1, 2) }
    let everyRW = entries.allSatisfy { bit($0.1, 1) }
    let executable = entries.allSatisfy { !bit($0.1, 63) }
    let smep = bit(cr4, 20)
    let smap = bit(cr4, 21)

    let allowed: Bool
    switch (who, what) {
    case (.user, .read): allowed = userAddress
    case (.user, .write): allowed = userAddress && everyRW
    case (.user, .fetch): allowed = userAddress && executable
    case (_, .read) where !userAddress: allowed = true
    case (_, .write) where !userAddress: allowed = !wp || everyRW
    case (_, .fetch) where !userAddress: allowed = executable
    case (.supervisorWithAC, .read): allowed = true
    case (.supervisorWithAC, .write): allowed = !wp || everyRW
    case (_, .read): allowed = !smap
    case (_, .write): allowed = !smap && (!wp || everyRW)
    case (_, .fetch): allowed = !smep && executable
    }
    guard allowed else { return fault(who, what) }

    for (number, (at, entry)) in entries.enumerated() {
      var mark: UInt8 = 0
      if !bit(entry, 5) { mark += 32 }
      if what == .write && number == entries.count - 1 && !bit(entry, 6) { mark += 64 }
      if mark != 0 { marks[at, default: 0] |= mark }
    }
    return .page(physical: physical, size: size)
  }

  // §4.7 Page-Fault Exceptions
  private func fault(
    _ who: Who, _ what: What, present: Bool = true, reserved: Bool = false
  ) -> Answer {
    var code: UInt32 = present ? 1 : 0
    if what == .write { code += 2 }
    if who == .user { code += 4 }
    if reserved { code += 8 }
    if what == .fetch && (bit(cr4, 20) || bit(cr4, 5) && nxe) { code += 16 }
    return .pageFault(code: code)
  }
}
