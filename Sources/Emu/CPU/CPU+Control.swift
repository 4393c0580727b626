// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// What the processor tells of loads of its own registers, and of accesses to ports.
extension CPU {
  /// An instruction that is told has loaded a register, or reaches a port or memory.
  @inline(never)
  func controlled(_ control: engine_control) {
    let kind = engine_control_kind(rawValue: UInt32(control.kind))
    if kind == .stored { return finishAccess() }
    let registers = registers
    switch kind {
    case .in: tell(port: control, .input, registers)
    case .out: tell(port: control, .output, registers)
    case .load: reachesMemory(control, isWrite: false, registers)
    case .store: reachesMemory(control, isWrite: true, registers)
    case .told_store: reachesTable(control, registers)
    case .invlpg: invalidated(control, registers)
    case .some(let kind):
      if watched.contains(.control) { tell(kind, control, registers) }
      if kind == .register {
        loadedControl(UInt8(truncatingIfNeeded: control.number), control, registers)
      }
    case nil: break
    }
  }

  /// Where the processor stands by `registers`, and when so many instructions are done.
  func site(of registers: Registers, _ instructions: UInt64) -> Site {
    Site(
      moment: board.now(instructions), instructions: instructions,
      address: registers.nextInstruction, mode: registers.mode,
      privilege: registers.privilegeLevel)
  }

  private func tell(
    port control: engine_control, _ direction: PortAccess.Direction, _ registers: Registers
  ) {
    let port = UInt16(truncatingIfNeeded: control.number)
    let value = UInt32(truncatingIfNeeded: control.value)
    let width = AccessWidth(rawValue: UInt16(control.bytes)) ?? .dword
    board.emit(
      .reachedPort(
        PortAccess(
          site: site(of: registers, control.before + 1), direction: direction, port: port,
          width: width, value: value, meaning: board.meaning(of: value, direction, port))))
  }

  private func tell(
    _ kind: engine_control_kind, _ control: engine_control, _ registers: Registers
  ) {
    var before = registers
    before.cr0 = CR0(rawValue: control.paging.cr0)
    before.efer = EFER(rawValue: control.paging.efer)
    guard let what = loaded(kind, control, registers) else { return }
    board.emit(
      .controlled(
        ControlChange(
          site: site(of: before, control.before + 1),
          cr0: .init(old: before.cr0.rawValue, new: registers.cr0.rawValue),
          efer: .init(old: before.efer.rawValue, new: registers.efer.rawValue), what: what)))
  }

  private func loaded(
    _ kind: engine_control_kind, _ control: engine_control, _ registers: Registers
  ) -> ControlChange.What? {
    switch kind {
    case .register:
      let number = UInt8(truncatingIfNeeded: control.number)
      let new =
        switch number {
        case 0: registers.cr0.rawValue
        case 3: registers.cr3
        case 4: registers.cr4.rawValue
        default: control.loaded
        }
      return .register(number, .init(old: control.value, new: new))
    case .base:
      let isWhole = codeByte(1, registers).map { $0 & 0xf8 == 0x48 } ?? true  // REX.W
      let new = isWhole ? control.loaded : control.loaded & 0xffff_ffff
      return .base(control.number == 0 ? .fs : .gs, .init(old: control.value, new: new))
    case .swapgs: return .swappedBases(.init(old: control.value, new: control.loaded))
    case .model_specific:
      return MSR(rawValue: control.number).map {
        .modelSpecific($0, .init(old: control.value, new: value(of: $0, registers)))
      }
    case .gdtr:
      return .globalTable(contents(registers.gdtr.base, UInt32(registers.gdtr.limit), registers))
    case .idtr:
      return .interruptTable(contents(registers.idtr.base, UInt32(registers.idtr.limit), registers))
    case .ldtr:
      let ldtr = registers.ldtr
      return .localTable(ldtr, contents(ldtr.base, ldtr.limit, registers))
    case .tr: return .task(registers.tr)
    case .in, .out, .load, .store, .told_store, .stored, .invlpg: return nil
    }
  }

  /// Tells what a switch to another task has loaded, which is complete and counted; `old` is the state before.
  @inline(never)
  func tellLoads(ofSwitchFrom old: Registers) {
    guard !watched.isDisjoint(with: [.control, .paging]) else { return }
    let new = registers
    // What the event that led here found is looked up once more by the old task's tables, if the new task faults.
    let before = (paging, pagingRegisters)
    defer { (paging, pagingRegisters) = before }
    if watched.contains(.control) {
      tell(taskSwitch: .task(new.tr), old, new)
      if new.ldtr != old.ldtr {
        let table = contents(new.ldtr.base, new.ldtr.limit, new)
        tell(taskSwitch: .localTable(new.ldtr, table), old, new)
      }
      if new.cr3 != old.cr3 {
        tell(taskSwitch: .register(3, .init(old: old.cr3, new: new.cr3)), old, new)
      }
    }
    if new.cr3 != old.cr3 { switchedTables(from: old, new) }
  }

  private func tell(taskSwitch what: ControlChange.What, _ old: Registers, _ new: Registers) {
    board.emit(
      .controlled(
        ControlChange(
          site: site(of: old, instructions),
          cr0: .init(old: old.cr0.rawValue, new: new.cr0.rawValue),
          efer: .init(old: old.efer.rawValue, new: new.efer.rawValue), what: what,
          isTaskSwitch: true)))
  }

  /// What WRMSR has written, if it stands in the general registers as the program gave it.
  private func value(of msr: MSR, _ registers: Registers) -> UInt64 {
    msr == .efer
      ? registers.efer.rawValue : registers.rdx << 32 | registers.rax & 0xffff_ffff
  }

  /// A descriptor table, as the processor reads it.
  private func contents(
    _ base: VirtAddr, _ limit: UInt32, _ registers: Registers
  ) -> TableContents {
    updatePaging(registers)
    // No table has more than 64 KiB of entries that a selector can name.
    let count = (UInt64(min(limit, 0xffff)) + 1) / 8
    let isLong = registers.efer.contains(.lma)
    var words: [UInt64] = []
    var unreadable: VirtAddr?
    let read = PageAccess(.read, as: .implicitSupervisor)
    while UInt64(words.count) < count, unreadable == nil {
      var word: UInt64 = 0
      for byte in 0..<UInt64(8) {
        let sum = base.value &+ 8 * UInt64(words.count) &+ byte
        let address = VirtAddr(isLong ? sum : sum & 0xffff_ffff)
        let walk = paging.walk(address, for: read, in: board.memory)
        guard case .mapped(let place) = walk.outcome else {
          unreadable = address
          break
        }
        word |= UInt64(board.memory.load8(place.physical)) << (8 * byte)
      }
      if unreadable == nil { words.append(word) }
    }
    return TableContents(
      base: base, limit: limit, words: words, unreadable: unreadable, isLong: isLong)
  }
}
