// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// 64 KiB of linear memory that remembers what was looked at; beyond it nothing is mapped. Every task sees
/// the same bytes; what is not simply there depends on CR3.
struct FakeLinear: SystemMemory, Equatable {
  enum Fate { case missing, readOnly, untouched }

  var bytes = [UInt8](repeating: 0, count: 0x1_0000)
  /// Pages, by number, that are not simply there.
  var fates: [UInt64: Fate] = [:]
  /// The same for tasks with another CR3.
  var fatesByCR3: [UInt64: [UInt64: Fate]] = [:]
  /// PAE paging's pointers, by CR3.
  var pointersByCR3: [UInt64: PointerEntries] = [:]
  let log = Log()

  /// What was read.
  final class Log {
    var read = [Bool](repeating: false, count: 0x1_0000)
  }

  static func == (a: FakeLinear, b: FakeLinear) -> Bool {
    a.bytes == b.bytes && a.fates == b.fates
  }

  func translate(
    _ address: VirtAddr, for access: PageAccess
  ) throws(LinearFault) -> Translation {
    guard address.isCanonical else { throw .nonCanonical }
    let page = address.value >> 12
    let fate = page < 16 ? fates[page] : .missing
    var code: PageFaultErrorCode = access.kind == .write ? .write : []
    if access.privilege == .user { code.insert(.user) }
    if fate == .missing { throw .page(address, code) }
    if fate == .readOnly && access.kind == .write {
      throw .page(address, code.union(.present))
    }
    return Translation(physical: PhysAddr(address.value), isNew: fate == .untouched)
  }

  func load64(_ address: PhysAddr) -> UInt64 {
    for offset in 0..<8 { log.read[Int(address.value) + offset] = true }
    return self[address.value, 8]
  }

  func under(_ registers: Registers) -> FakeLinear {
    var memory = self
    memory.fates = fatesByCR3[registers.cr3] ?? fates
    return memory
  }

  func pointers(at cr3: UInt64) -> PointerEntries { pointersByCR3[cr3] ?? .absent }

  /// Little-endian values of up to eight bytes.
  subscript(address: UInt64, count: Int) -> UInt64 {
    get {
      (0..<count).reversed().reduce(0) { $0 << 8 | UInt64(bytes[Int(address) + $1]) }
    }
    set {
      for offset in 0..<count {
        bytes[Int(address) + offset] = UInt8(truncatingIfNeeded: newValue >> UInt64(8 * offset))
      }
    }
  }

  /// Does what a plan says.
  mutating func apply(_ plan: DeliveryPlan) {
    var writes: [DeliveryPlan.Write] = []
    plan.forEachWrite { writes.append($0) }
    for write in writes { self[write.physical.value, Int(write.bytes)] = write.value }
    for byte in plan.accessed { bytes[Int(byte.physical.value)] |= 1 }
  }

  /// Values of `width` bytes from `address` upwards.
  func values(at address: UInt64, width: Int, count: Int) -> [UInt64] {
    (0..<count).map { self[address + UInt64($0 * width), width] }
  }
}
