// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the processor tells of accesses to memory. Pages that somebody wants to hear of are marked in the engine's
// cached translations: accesses to them take a slow way, those to others do not know.
//
// The engine comes before an access is made, once or more: it cuts what is not aligned. So a write is kept until
// whatever is told next, and then has its value from memory; where there is none, the pieces bring it.
extension CPU {
  /// Has the engine tell of accesses if they are watched.
  func noteAccessesIfNeeded() {
    let isWanted = watched.contains(.memory)
    if !isWanted { finishAccess() }
    engine_tell_accesses(engine, isWanted)
    tellsAccesses = isWanted
  }

  /// Which accesses to a page are to be told: bits of `PageProtection`.
  @inline(never)
  func toldAccesses(toPageAt physical: PhysAddr) -> UInt8 {
    board.memory.place(of: physical) == nil ? 0 : PageProtection([.read, .write]).rawValue
  }

  /// An access to a marked page is about to be made, or a piece of it.
  func reachesMemory(_ control: engine_control, isWrite: Bool, _ registers: Registers) {
    let linear = VirtAddr(control.value)
    let width = UInt64(control.bytes)
    let instructions = control.before + 1
    if let last = lastAccess, last.instructions == instructions, last.linear == linear,
      (last.direction == .write) == isWrite
    {
      lastAccess?.width = max(last.width, width)
      return
    }
    finishAccess()
    guard let physical = place(of: linear, control, registers),
      let place = board.place(of: physical)
    else { return }
    board.beforeEvent?()
    lastAccess = MemoryAccess(
      site: site(of: registers, instructions), direction: isWrite ? .write : .read, linear: linear,
      physical: physical, width: width, value: 0, place: place)
  }

  /// A piece of a write where no memory is.
  func wroteDevice(_ physical: PhysAddr, bytes: UInt32, _ value: UInt64) {
    guard let access = lastAccess, access.direction == .write else { return }
    let offset = physical.value &- access.physical.value
    guard offset < 8 else { return }
    let piece = bytes >= 8 ? value : value & (1 << UInt64(8 * bytes) - 1)
    lastAccess?.value |= piece << (8 * offset)
  }

  /// The last access that came has been made: tells of it.
  func finishAccess() {
    finishEntries()
    guard var access = lastAccess else { return }
    lastAccess = nil
    let memory = board.memory
    if access.direction == .read || memory.offset(of: access.physical) != nil {
      access.value = memory.little(access.physical, bytes: access.width)
    }
    board.emitBetween(.reachedMemory(access))
  }

  /// The physical address of an access, by the translation that it goes by.
  private func place(
    of linear: VirtAddr, _ control: engine_control, _ registers: Registers
  ) -> PhysAddr? {
    let memory = board.memory.decoder
    if control.place != engine_not_cached { return memory.address(ofOffset: control.place) }
    // No memory: the tables say where it is.
    updatePaging(registers)
    let read = PageAccess(.read, as: .supervisor(ac: true))
    guard case .mapped(let place) = paging.walk(linear, for: read, in: memory).outcome else {
      return nil
    }
    return place.physical
  }
}

extension PhysicalMemory {
  /// `bytes` (1...8) from `address` on, as a little-endian number.
  fileprivate func little(_ address: PhysAddr, bytes: UInt64) -> UInt64 {
    (0..<bytes).reduce(0) { $0 | UInt64(load8(PhysAddr(address.value &+ $1))) << (8 * $1) }
  }
}
