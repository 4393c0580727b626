// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

/// The processor's part in the engine's work: all closures that C calls.
enum EngineCallbacks {
  /// The callbacks of `cpu`, which must outlive the engine that gets them.
  static func owner(of cpu: CPU) -> engine_owner {
    engine_owner(
      context: Unmanaged.passUnretained(cpu).toOpaque(),
      deliver: { context, event in with(context) { $0.deliver(event) } },
      boundary: { context, at in
        with(context) { $0.deliverDue(at: at.unsafelyUnwrapped.pointee) }
      },
      transferred: { context, kind, from in
        with(context) { $0.transferred(kind, from: from.unsafelyUnwrapped.pointee) }
      },
      controlled: { context, control in
        with(context) { $0.controlled(control.unsafelyUnwrapped.pointee) }
      },
      is_task: { context, selector in
        with(context) { $0.isTask(SegmentSelector(rawValue: selector)) }
      },
      load_control: { context, number, now, next in
        with(context) {
          $0.loadControl(
            number, now.unsafelyUnwrapped.pointee, next.unsafelyUnwrapped.pointee)
        }
      },
      translate: { context, paging, linear, access, privilege in
        with(context) {
          $0.translate(VirtAddr(linear), access, privilege, paging.unsafelyUnwrapped.pointee)
        }
      },
      port_read: { context, port, bytes in
        with(context) { $0.readPort(port, width: .init(engine: bytes)) }
      },
      port_write: { context, port, bytes, value in
        with(context) { $0.writePort(port, width: .init(engine: bytes), value) }
      },
      // ROM, and places where nothing answers: reads there are all ones, writes go nowhere.
      device_read: { context, physical, bytes in
        with(context) { $0.board.memory.readDevice(PhysAddr(physical), bytes: bytes) }
      },
      device_write: { context, physical, bytes, value in
        with(context) { $0.wroteDevice(PhysAddr(physical), bytes: bytes, value) }
      },
      time_stamp: { context in with(context) { $0.timeStamp } },
      set_time_stamp: { context, value in with(context) { $0.timeStamp = value } },
      admits: { context, register, number, value in
        with(context) { $0.admits(register, number, &value.unsafelyUnwrapped.pointee) }
      },
      has_model_specific: { _, number in MSR(rawValue: number) != nil },
      lockable: { _, opcode in LockPrefix.operations(of: opcode) },
      aligned: { _, opcode, prefix in AlignedOperand.isOperand(of: opcode, .init(byte: prefix)) },
      accessed: { context, linear, bytes, isWrite in
        with(context) {
          $0.noteAccess(to: VirtAddr(linear), count: UInt64(bytes), isWrite: isWrite)
        }
      },
      move_debug: { context, number, isWrite, value in
        with(context) {
          $0.moveDebugRegister(number, isWrite: isWrite, &value.unsafelyUnwrapped.pointee)?.rawValue
            ?? UInt8(engine_no_exception)
        }
      },
      cpuid: { _, leaf, subleaf in
        let answer = CPUModel.cpuid(leaf: leaf, subleaf: subleaf)
        return engine_cpuid(eax: answer.eax, ebx: answer.ebx, ecx: answer.ecx, edx: answer.edx)
      },
      translated: { context, block in
        with(context) { $0.translated(block.unsafelyUnwrapped.pointee) }
      },
      visited: { context, visits, count in
        with(context) { $0.visited(UnsafeBufferPointer(start: visits, count: count)) }
      },
      forgotten: { context in with(context) { $0.forgetBlocks() } })
  }
}

@inline(__always)
private func with<Result>(
  _ context: UnsafeMutableRawPointer?, _ body: (CPU) -> Result
) -> Result {
  // SAFETY: the context is the processor that opened the engine, which closes it before it ends.
  Unmanaged<CPU>.fromOpaque(context.unsafelyUnwrapped)._withUnsafeGuaranteedRef(body)
}

extension CPU {
  /// Answers a TLB miss: the one place where the guest's addresses are translated for it.
  func translate(
    _ address: VirtAddr, _ access: engine_access, _ privilege: engine_privilege,
    _ registers: engine_paging
  ) -> engine_page {
    updatePaging(registers)
    let memory = board.memory.decoder
    let walk = paging.walk(address, for: PageAccess(access, privilege), in: memory)
    switch walk.outcome {
    case .mapped(let mapping):
      markUsed(walk)
      var page: engine_page
      if let offset = memory.offset(of: mapping.physical) {
        page = .ram(offset, rights: paging.cacheableProtection(of: walk).rawValue)
      } else {
        page = .device(mapping.physical, rights: paging.cacheableProtection(of: walk).rawValue)
      }
      if debugRegisters.dr7.isAnyEnabled {
        page.watched = debugRegisters.watchedAccesses(toPageOf: address).rawValue
      }
      if tellsAccesses { page.watched |= toldAccesses(toPageAt: mapping.physical) }
      return page
    case .fault(let fault):
      return .fault(.pageFault, code: fault.errorCode.rawValue)
    case .nonCanonical:
      return .fault(.generalProtection, code: 0)
    }
  }

  /// Sets the accessed and dirty flags of a walk.
  @inline(__always)
  func markUsed(_ walk: PageWalk) {
    guard walk.setsFlags else { return }
    for step in walk.steps where !step.sets.isEmpty {
      setFlags(UInt8(truncatingIfNeeded: step.sets.rawValue), at: step.entryAddress)
    }
  }

  /// ORs `bits` into a byte of the tables in memory; there may be code, too.
  @inline(__always)
  func setFlags(_ bits: UInt8, at address: PhysAddr) {
    if let offset = board.memory.set(bits, at: address) { memoryChanged(at: offset, count: 1) }
  }

  @inline(__always)
  func updatePaging(_ now: engine_paging) {
    let last = pagingRegisters
    if now.cr3 == last.cr3 && now.cr0 == last.cr0 && now.cr4 == last.cr4 && now.efer == last.efer {
      return
    }
    pagingRegisters = now
    paging = PagingState(now, pointers)
  }

  /// Makes the next translation compute the paging state anew.
  func forgetPaging() { pagingRegisters.cr0 = ~0 }

  /// Loads what goes with a MOV to a control register; false if that raises #GP(0).
  func loadControl(_ number: Int32, _ now: engine_paging, _ next: engine_paging) -> Bool {
    let loadsPointers = PointerEntries.areLoaded(
      writingCR3: number == 3, cr0: (old: CR0(rawValue: now.cr0), new: CR0(rawValue: next.cr0)),
      cr4: (old: CR4(rawValue: now.cr4), new: CR4(rawValue: next.cr4)),
      efer: EFER(rawValue: next.efer))
    guard loadsPointers else { return true }
    let entries = PointerEntries(cr3: next.cr3, in: board.memory)
    guard PagingState(next, entries).acceptsPointers else { return false }
    pointers = entries
    forgetPaging()
    return true
  }

  func readPort(_ port: UInt16, width: AccessWidth) -> UInt32 {
    spend(Board.portAccessTime)
    let value = board.read(port, width, at: board.now(instructions))
    noteAccess(toPort: port, width)
    if Bus.readConcernsInterrupts(port, width) { interruptsMayHaveChanged() }
    return value
  }

  func writePort(_ port: UInt16, width: AccessWidth, _ value: UInt32) {
    let gate = board.memory.a20
    spend(Board.portAccessTime)
    board.write(port, width, value, at: board.now(instructions))
    noteAccess(toPort: port, width)
    if board.memory.a20 != gate { flushTranslations() }
    if Bus.writeConcernsInterrupts(port, width) { interruptsMayHaveChanged() }
    if board.wantsStop { stop() }
  }
}

extension CPU {
  /// Brings the line up to date with the interrupt controllers, and ends the run if they will ask
  /// before it would have ended.
  private func interruptsMayHaveChanged() {
    updateInterruptLine()
    if isNMIRequested { updateNMI() }
    guard let alarm = board.nextInterrupt(after: board.now(instructions)) else { return }
    if alarm < runEnd { stop() }
  }

  /// Brings the line up to date with the interrupt controllers.
  func updateInterruptLine() {
    setInterruptLine(board.interruptPending(at: board.now(instructions)))
  }
}

extension PagingState {
  fileprivate init(_ registers: engine_paging, _ pointers: PointerEntries) {
    self.init(
      cr0: CR0(rawValue: registers.cr0), cr3: registers.cr3, cr4: CR4(rawValue: registers.cr4),
      efer: EFER(rawValue: registers.efer), pointers: pointers)
  }
}

extension AccessWidth {
  /// The width as the engine gives it: 1, 2 or 4 bytes.
  @inline(__always)
  fileprivate init(engine bytes: UInt32) {
    // swift-format-ignore
    switch bytes {
    case 1:  self = .byte
    case 2:  self = .word
    default: self = .dword
    }
  }
}

extension PageAccess {
  /// The access as the engine names it.
  @inline(__always)
  fileprivate init(_ access: engine_access, _ privilege: engine_privilege) {
    let kind: Kind =
      switch access {
      case .read: .read
      case .write: .write
      case .fetch: .fetch
      }
    // The engine has looked at EFLAGS.AC already, and does not tell the processor's own accesses from
    // those of a program without it: SMAP treats both alike.
    let owner: Privilege =
      switch privilege {
      case .user: .user
      case .supervisor: .supervisor(ac: true)
      case .supervisor_without_user_pages: .supervisor(ac: false)
      }
    self.init(kind, as: owner)
  }
}

extension engine_page {
  fileprivate static func ram(_ offset: UInt64, rights: UInt8) -> engine_page {
    engine_page(
      address: offset, error_code: 0, kind: engine_page_kind.ram.rawByte, vector: 0, rights: rights,
      watched: 0)
  }

  fileprivate static func device(_ address: PhysAddr, rights: UInt8) -> engine_page {
    engine_page(
      address: address.value, error_code: 0, kind: engine_page_kind.device.rawByte, vector: 0,
      rights: rights, watched: 0)
  }

  fileprivate static func fault(_ exception: Exception, code: UInt32) -> engine_page {
    engine_page(
      address: 0, error_code: code, kind: engine_page_kind.fault.rawByte,
      vector: exception.rawValue, rights: 0, watched: 0)
  }
}

extension engine_page_kind {
  fileprivate var rawByte: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
}
