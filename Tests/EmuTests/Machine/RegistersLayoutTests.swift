// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import Testing
import X86

@testable import Emu

/// Registers lie in memory as the engine's state does.
@Suite struct RegistersLayoutTests {
  /// A state with another value in each field.
  private static let state = engine_state(
    gpr: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16), rip: 17, rflags: 18,
    es: segment(0x100), cs: segment(0x200), ss: segment(0x300), ds: segment(0x400),
    fs: segment(0x500), gs: segment(0x600), ldtr: segment(0x700), tr: segment(0x800),
    gdtr: engine_table(base: 0x900, limit: 0x901), idtr: engine_table(base: 0xa00, limit: 0xa01),
    cr0: 0xb00, cr2: 0xb01, cr3: 0xb02, cr4: 0xb03, efer: 0xb04)

  private static func segment(_ number: UInt32) -> engine_segment {
    engine_segment(
      selector: number, base: UInt64(number + 1), limit: number + 2,
      attributes: 0xff0f_00ff | (number / 0x100) << 8 | (16 - number / 0x100) << 20)
  }

  /// What `state` is as registers.
  private static func overlaid(with state: engine_state) throws -> Registers {
    var registers = try RunningMachine(code: [0xf4]).machine.registers
    withUnsafeMutableBytes(of: &registers) { bytes in
      withUnsafeBytes(of: state) { bytes.copyMemory(from: $0) }
    }
    return registers
  }

  @Test func eachFieldIsWhereTheEngineWritesIt() throws {
    #expect(MemoryLayout<Registers>.size >= MemoryLayout<engine_state>.size)
    let registers = try Self.overlaid(with: Self.state)
    let general = [
      registers.rax, registers.rcx, registers.rdx, registers.rbx, registers.rsp, registers.rbp,
      registers.rsi, registers.rdi, registers.r8, registers.r9, registers.r10, registers.r11,
      registers.r12, registers.r13, registers.r14, registers.r15, registers.rip,
      registers.rflags.rawValue,
    ]
    #expect(general == Array(1...18))
    let segments = [
      registers.es, registers.cs, registers.ss, registers.ds, registers.fs, registers.gs,
      registers.ldtr, registers.tr,
    ]
    for (number, segment) in zip((1 as UInt16)..., segments) {
      #expect(segment.selector == number << 8)
      #expect(segment.base == VirtAddr(UInt64(number) << 8 + 1))
      #expect(segment.limit == UInt32(number) << 8 + 2)
      #expect(segment.access.rawValue == UInt8(number))
      #expect(segment.flags.rawValue == UInt8(16 - number))
    }
    #expect(registers.gdtr == Registers.Table(base: VirtAddr(0x900), limit: 0x901))
    #expect(registers.idtr == Registers.Table(base: VirtAddr(0xa00), limit: 0xa01))
    let control = [
      registers.cr0.rawValue, registers.cr2.value, registers.cr3, registers.cr4.rawValue,
      registers.efer.rawValue,
    ]
    #expect(control == [0xb00, 0xb01, 0xb02, 0xb03, 0xb04])
  }

  @Test func whatTheEngineIsGivenIsWhatItGives() throws {
    let registers = try Self.overlaid(with: Self.state)
    let back = try Self.overlaid(with: registers.engineState)
    #expect(back == registers)
  }
}
