// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu

/// A processor with tables in memory, and something to be delivered.
///
///     0x0000  real mode's table       0x8000  stack of privilege 0, grows down from 0x9000
///     0x1000  IDT                     0xa000  stack 1 of the interrupt stack table, from 0xb000
///     0x2000  GDT                     0xc000  stack of privilege 1, from 0xd000
///     0x3000  LDT                     0x6000  the program's stack, from 0x7000
///     0x4000  TSS
///
///     GDT  1 code 0   2 data 0   3 code 3   4 data 3   5 TSS (and 6)   7 code 1   8 data 1
///          9 conforming code 0
struct Scene {
  var registers: Registers
  var memory = FakeLinear()
  var event: Interruption

  enum Mode { case long, protected, real }

  /// Everything in order: vector 0x30 has an interrupt gate, 13, 14 and 8 too.
  static func make(_ mode: Mode, privilege: UInt8 = 0) -> Scene {
    var scene = Scene(
      registers: .zero, event: .softwareInterrupt(0x30, at: 0x1234, next: 0x1236))
    scene.setTables(mode)
    scene.setRegisters(mode, privilege: privilege)
    return scene
  }

  private mutating func setTables(_ mode: Mode) {
    let big: UInt64 = mode == .long ? 0x2f : 0xcf
    let code = big << 48 | 0xffff
    let data: UInt64 = 0x00cf_0000_0000_ffff
    let rows: [(Int, UInt64)] = [
      (1, code | 0x9b << 40), (2, data | 0x93 << 40), (3, code | 0xfb << 40),
      (4, data | 0xf3 << 40), (7, code | 0xbb << 40), (8, data | 0xb3 << 40),
      (9, code | 0x9f << 40),
    ]
    for (index, raw) in rows { self[descriptor: index] = raw }
    for vector in [8, 13, 14, 0x30] as [UInt8] {
      set(
        vector, GateDescriptor(.interruptGate, selector: code0, offset: 0x5000, privilegeLevel: 3))
      memory[UInt64(vector) * 4, 4] = 0x0400_0100
    }
    if mode == .long {
      memory[0x4004, 8] = 0x9000
      memory[0x400c, 8] = 0xd000
      memory[0x4024, 8] = 0xb008
      for vector in [8, 13, 14, 0x30] as [UInt8] {
        set(
          vector,
          GateDescriptor(
            .interruptGate, selector: code0, offset: 0xffff_8000_0000_5000, privilegeLevel: 3))
      }
    } else {
      memory[0x4004, 4] = 0x9000
      memory[0x4008, 2] = 0x10
      memory[0x400c, 4] = 0xd000
      memory[0x4010, 2] = 0x41
    }
  }

  private mutating func setRegisters(_ mode: Mode, privilege: UInt8) {
    let selectors: [(cs: UInt16, ss: UInt16)] = [
      (0x08, 0x10), (0x39, 0x41), (0, 0), (0x1b, 0x23),
    ]
    let chosen = selectors[Int(privilege)]
    registers.rsp = 0x7000
    registers.rip = 0x1236
    registers.rflags = [.alwaysOne, .carry, .interrupts, .trap, .nestedTask, .resume, .direction]
    registers.tr = .init(
      selector: 0x28, base: VirtAddr(0x4000), limit: 0x67, access: .init(rawValue: 0x8b), flags: [])
    registers.ldtr = .init(
      selector: 0x50, base: VirtAddr(0x3000), limit: 0x17, access: .init(rawValue: 0x82), flags: [])
    registers.gdtr = .init(base: VirtAddr(0x2000), limit: 0x4f)
    registers.idtr = .init(base: VirtAddr(0x1000), limit: 0xfff)
    guard mode != .real else {
      registers.cr0 = .et
      registers.idtr = .init(base: VirtAddr(0), limit: 0x3ff)
      registers.cs = .init(
        selector: 0x100, base: VirtAddr(0x1000), limit: 0xffff, access: .init(rawValue: 0x9b),
        flags: [])
      registers.ss = .init(
        selector: 0x200, base: VirtAddr(0x2000), limit: 0xffff, access: .init(rawValue: 0x93),
        flags: [])
      return
    }
    registers.cr0 = [.pe, .et]
    registers.cs = loaded(chosen.cs)
    registers.ss = loaded(chosen.ss)
    registers.ds = registers.ss
    registers.es = registers.ss
    registers.fs = registers.ss
    registers.gs = registers.ss
    if mode == .long {
      registers.cr0.insert(.pg)
      registers.cr4 = .pae
      registers.efer = [.lme, .lma]
    }
  }

  var code0: SegmentSelector { SegmentSelector(rawValue: 0x08) }

  /// What a segment register holds that has loaded the GDT's descriptor of `selector`.
  func loaded(_ selector: UInt16) -> Registers.Segment {
    let descriptor = SegmentDescriptor(rawValue: self[descriptor: Int(selector >> 3)])
    return .init(
      selector: selector, base: VirtAddr(UInt64(descriptor.base)), limit: descriptor.byteLimit,
      access: descriptor.access, flags: descriptor.flags)
  }

  /// The GDT.
  subscript(descriptor index: Int) -> UInt64 {
    get { memory[0x2000 + UInt64(index) * 8, 8] }
    set { memory[0x2000 + UInt64(index) * 8, 8] = newValue }
  }

  /// Writes a gate of the mode's size.
  mutating func set(_ vector: UInt8, _ gate: GateDescriptor) {
    if gate.high != 0 || registers.efer.contains(.lma) {
      memory[0x1000 + UInt64(vector) * 16, 8] = gate.low
      memory[0x1008 + UInt64(vector) * 16, 8] = gate.high
    } else {
      memory[0x1000 + UInt64(vector) * 8, 8] = gate.low
    }
  }

  /// Changes the access byte of a gate by XOR.
  mutating func flipGate(_ vector: UInt8, _ bits: UInt8) {
    let size: UInt64 = registers.efer.contains(.lma) ? 16 : 8
    memory.bytes[Int(0x1005 + UInt64(vector) * size)] ^= bits
  }

  /// Changes the access byte of a descriptor by XOR.
  mutating func flip(_ index: Int, _ bits: UInt8) { memory.bytes[0x2005 + index * 8] ^= bits }

  func plan() throws(DeliveryFault) -> DeliveryPlan {
    try Delivery.plan(event, registers, in: memory)
  }

  /// What planning gives, as a value.
  var result: Result<DeliveryPlan, DeliveryFault> {
    do throws(DeliveryFault) { return .success(try plan()) } catch { return .failure(error) }
  }
}

extension Registers {
  /// Nothing but general registers that can be told apart.
  static var zero: Registers {
    let none = Segment(selector: 0, base: VirtAddr(0), limit: 0, access: [], flags: [])
    return Registers(
      rax: 1, rcx: 2, rdx: 3, rbx: 4, rsp: 0, rbp: 5, rsi: 6, rdi: 7,
      r8: 8, r9: 9, r10: 10, r11: 11, r12: 12, r13: 13, r14: 14, r15: 15,
      rip: 0, rflags: [], es: none, cs: none, ss: none, ds: none, fs: none, gs: none, ldtr: none,
      tr: none, gdtr: Table(base: VirtAddr(0), limit: 0), idtr: Table(base: VirtAddr(0), limit: 0),
      cr0: [], cr2: VirtAddr(0), cr3: 0, cr4: [], efer: [])
  }
}

extension Scene {
  /// The gate of `vector`.
  func gate(_ vector: UInt8) -> GateDescriptor {
    let isLong = registers.efer.contains(.lma)
    let address = 0x1000 + UInt64(vector) * (isLong ? 16 : 8)
    return GateDescriptor(
      low: memory[address, 8], high: isLong ? memory[address + 8, 8] : 0)
  }

  /// Puts the code selector of vector 0x30's gate.
  mutating func select(_ selector: UInt16) {
    let size: UInt64 = registers.efer.contains(.lma) ? 16 : 8
    memory[0x1002 + 0x30 * size, 2] = UInt64(selector)
  }

  /// Puts the IST index of a gate.
  mutating func useStack(_ index: UInt8, _ vector: UInt8 = 0x30) {
    memory.bytes[0x1004 + Int(vector) * 16] = index
  }

  /// Makes the program one of virtual-8086 mode.
  mutating func enterVirtual8086(iopl: UInt64) {
    registers.rflags.formUnion([.virtual8086, RFLAGS(rawValue: iopl << 12)])
    registers.rflags.remove(.resume)
    registers.cs.selector = 0x200
    registers.ss.selector = 0x300
    registers.es.selector = 0x401
    registers.ds.selector = 0x402
    registers.fs.selector = 0x403
    registers.gs.selector = 0x404
  }
}
