// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// Checks of the processor that the engine does not make, as a guest without an IDT meets them.
@Suite struct CheckTests {
  /// The chain of a guest that cannot be told of its fault.
  private func tripleFault(_ code: [UInt8]) throws -> TripleFault? {
    let guest = try RunningMachine(code: code)
    guard case .tripleFault(let fault) = guest.run() else { return nil }
    return fault
  }

  // swift-format-ignore
  @Test(arguments: [
    // name                bytes               exception, not INT n
    ("int3",               [0xcc],             true),
    ("int3, prefixed",     [0x66, 0xcc],       true),
    ("int 3",              [0xcd, 0x03],       false),
    ("int 3, prefixed",    [0x66, 0xcd, 0x03], false),
    ("into",               [0xce],             true),
    ("into, prefixed",     [0x66, 0xce],       true),
    ("int 4",              [0xcd, 0x04],       false),
    ("int 4, prefixed",    [0x66, 0xcd, 0x04], false),
    ("int 0xcc",           [0xcd, 0xcc],       false),
  ] as [(String, [UInt8], Bool)])
  func intKnowsItsOpcode(_ name: String, _ code: [UInt8], _ isException: Bool) throws {
    // mov al, 0x80; add al, al: sets OF, which INTO asks for
    let fault = try tripleFault([0xb0, 0x80, 0x00, 0xc0] + code)
    let event = fault?.failed.first?.event
    #expect(event?.kind == (isException ? .softwareException : .softwareInterrupt))
    #expect(event?.restart == 0x10_0004)
    #expect(event?.rip == 0x10_0004 + UInt64(code.count))
  }

  // swift-format-ignore
  @Test(arguments: [
    // instruction                 bytes                          valid
    ("lock add [ebx], eax",        [0xf0, 0x01, 0x03],            true),
    ("lock xchg [ebx], eax",       [0xf0, 0x87, 0x03],            true),
    ("lock inc byte [ebx]",        [0xf0, 0xfe, 0x03],            true),
    ("lock bts [ebx], 1",          [0xf0, 0x0f, 0xba, 0x2b, 1],   true),
    ("lock cmpxchg8b [ebx]",       [0xf0, 0x0f, 0xc7, 0x0b],      true),
    ("fs lock data16 xadd",        [0x64, 0xf0, 0x66, 0x0f, 0xc1, 0x03], true),
    ("lock add ebx, eax",          [0xf0, 0x01, 0xc3],            false),
    ("lock add eax, [ebx]",        [0xf0, 0x03, 0x03],            false),
    ("lock cmp [ebx], 1",          [0xf0, 0x83, 0x3b, 1],         false),
    ("lock test [ebx], eax",       [0xf0, 0x85, 0x03],            false),
    ("lock mov [ebx], eax",        [0xf0, 0x89, 0x03],            false),
    ("lock push [ebx]",            [0xf0, 0xff, 0x33],            false),
    ("lock bt [ebx], 1",           [0xf0, 0x0f, 0xba, 0x23, 1],   false),
    ("lock inc eax",               [0xf0, 0x40],                  false),
    ("lock cli",                   [0xf0, 0xfa],                  false),
    ("lock movaps",                [0xf0, 0x0f, 0x28, 0x03],      false),
  ] as [(String, [UInt8], Bool)])
  func lockIsForInstructionsThatChangeMemory(
    _ name: String, _ code: [UInt8], _ isValid: Bool
  ) throws {
    // mov ebx, 0x200000; the instruction; hlt
    let guest = try RunningMachine(code: [0xbb, 0x00, 0x00, 0x20, 0x00] + code + [0xf4])
    let stop = guest.run()
    if isValid {
      #expect(stop == .halted)
    } else {
      #expect(stop?.undelivered?.vector == 6)
      #expect(stop?.undelivered?.rip == VirtAddr(0x10_0005))
      #expect(guest.machine.instructions == 1)
    }
  }

  // swift-format-ignore
  @Test(arguments: [
    // instructions                     bytes                                       IE DE ZE OE UE PE
    ("1 + 1",                           [0xd9, 0xe8, 0xd8, 0xc0],                   0b000000),
    ("0 / 0",                           [0xd9, 0xee, 0xd8, 0xf0],                   0b000001),
    ("1 / 0",                           [0xd9, 0xe8, 0xd9, 0xee, 0xde, 0xf9],       0b000100),
    ("pi / 1",                          [0xd9, 0xeb, 0xd9, 0xe8, 0xde, 0xf9],       0b000000),
    ("1 / pi",                          [0xd9, 0xe8, 0xd9, 0xeb, 0xde, 0xf9],       0b100000),
    ("the root of -1",                  [0xd9, 0xe8, 0xd9, 0xe0, 0xd9, 0xfa],       0b000001),
    ("0 / 0, cleared",                  [0xd9, 0xee, 0xd8, 0xf0, 0xdb, 0xe2],       0b000000),
    ("0 / 0, initialised",              [0xd9, 0xee, 0xd8, 0xf0, 0xdb, 0xe3],       0b000000),
  ] as [(String, [UInt8], UInt64)])
  func x87StatusTellsWhatWentWrong(
    _ name: String, _ code: [UInt8], _ exceptions: UInt64
  ) throws {
    // fninit; the instructions; fnstsw ax; hlt
    let guest = try RunningMachine(code: [0xdb, 0xe3] + code + [0xdf, 0xe0, 0xf4])
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax & 0x3f == exceptions)
  }

  /// The checks look at the stack before it is read, even if its reads are told or meet a data breakpoint.
  @Test(arguments: [false, true], [false, true])
  func `IRET is checked whoever watches its stack`(_ isTold: Bool, _ hasBreakpoint: Bool) throws {
    // swift-format-ignore
    let guest = try RunningMachine(code: [
      0xb8, 0x00, 0x80, 0x0b, 0x00, 0x0f, 0x23, 0xc0,          // mov dr0, 0xb8000
      0xb8, hasBreakpoint ? 0x02 : 0x00, 0x04, 0x0f, 0x00,     // mov dr7: reads and writes of four bytes
      0x0f, 0x23, 0xf8,
      0xbc, 0x00, 0x8f, 0x0b, 0x00,                            // mov esp, 0xb8f00
      0x0f, 0x01, 0x15, 0x00, 0x00, 0x20, 0x00,                // lgdt [0x200000]
      0x6a, 0x02, 0x6a, 0x08, 0x68, 0x00, 0x00, 0x30, 0x00,    // push 2; push 8; push 0x300000
      0xcf,
    ])
    // swift-format-ignore
    let gdt: [UInt8] = [
      0x0f, 0x00, 0x08, 0x00, 0x20, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0xff, 0x01, 0x00, 0x00, 0x00, 0x9a, 0xc0, 0x00,          // code up to 0x1fffff
    ]
    #expect(guest.machine.memory.write(gdt[...], zeroes: 0, at: PhysAddr(0x20_0000)))
    #expect(guest.machine.memory.write([0xf4], zeroes: 0, at: PhysAddr(0x30_0000)))
    guest.machine.watch = isTold ? .memory : []
    let fault = guest.run()?.undelivered
    #expect(fault?.vector == 13)
    #expect(fault?.errorCode == 0)
    #expect(fault?.rip == VirtAddr(0x10_0025))
  }

  @Test func wrmsrSetsTheTimeStampCounter() throws {
    // mov ecx, 0x10; mov eax, 1000; xor edx, edx; wrmsr; rdtsc; hlt
    let guest = try RunningMachine(code: [
      0xb9, 0x10, 0, 0, 0, 0xb8, 0xe8, 0x03, 0, 0, 0x31, 0xd2, 0x0f, 0x30, 0x0f, 0x31, 0xf4,
    ])
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax == 1001)
    #expect(guest.machine.registers.rdx == 0)
  }

  @Test func fxrstorRefusesReservedBitsOfMXCSR() throws {
    // CR4.OSFXSR; fxrstor [0x200000]
    let guest = try RunningMachine(code: [
      0x0f, 0x20, 0xe0, 0x80, 0xcc, 0x02, 0x0f, 0x22, 0xe0,
      0x0f, 0xae, 0x0d, 0x00, 0x00, 0x20, 0x00, 0xf4,
    ])
    #expect(guest.machine.memory.write([0, 0, 1, 0], zeroes: 0, at: PhysAddr(0x20_0018)))
    let fault = guest.run()?.undelivered
    #expect(fault?.vector == 13)
    #expect(fault?.errorCode == 0)
    #expect(fault?.rip == VirtAddr(0x10_0009))
  }

  // swift-format-ignore
  @Test(arguments: [
    // instruction                  bytes                          address    allowed
    ("movaps xmm0, [ebx]",          [0x0f, 0x28, 0x03],            0x20_0010, true),
    ("movaps xmm0, [ebx]",          [0x0f, 0x28, 0x03],            0x20_0008, false),
    ("movaps [ebx], xmm0",          [0x0f, 0x29, 0x03],            0x20_0001, false),
    ("movups xmm0, [ebx]",          [0x0f, 0x10, 0x03],            0x20_0001, true),
    ("movdqa xmm0, [ebx]",          [0x66, 0x0f, 0x6f, 0x03],      0x20_0008, false),
    ("movdqu xmm0, [ebx]",          [0xf3, 0x0f, 0x6f, 0x03],      0x20_0008, true),
    ("movq mm0, [ebx]",             [0x0f, 0x6f, 0x03],            0x20_0004, true),
    ("paddd xmm0, [ebx]",           [0x66, 0x0f, 0xfe, 0x03],      0x20_0004, false),
    ("addps xmm0, [ebx]",           [0x0f, 0x58, 0x03],            0x20_0004, false),
    ("addsd xmm0, [ebx]",           [0xf2, 0x0f, 0x58, 0x03],      0x20_0004, true),
    ("movntps [ebx], xmm0",         [0x0f, 0x2b, 0x03],            0x20_0008, false),
    ("shufps xmm0, [ebx], 0",       [0x0f, 0xc6, 0x03, 0x00],      0x20_0008, false),
    ("movaps xmm0, xmm1; load",     [0x0f, 0x28, 0xc1, 0x8b, 0x03], 0x20_0001, true),
  ] as [(String, [UInt8], UInt32, Bool)])
  func sseOperandsAreAligned(
    _ name: String, _ code: [UInt8], _ address: UInt32, _ isAllowed: Bool
  ) throws {
    // CR4.OSFXSR; mov ebx, address; the instruction; hlt
    let place = withUnsafeBytes(of: address.littleEndian) { [UInt8]($0) }
    let guest = try RunningMachine(
      code: [0x0f, 0x20, 0xe0, 0x80, 0xcc, 0x02, 0x0f, 0x22, 0xe0, 0xbb] + place + code + [0xf4])
    let stop = guest.run()
    if isAllowed {
      #expect(stop == .halted)
    } else {
      #expect(stop?.undelivered?.vector == 13)
      #expect(stop?.undelivered?.errorCode == 0)
      #expect(stop?.undelivered?.rip == VirtAddr(0x10_000e))
      #expect(guest.machine.instructions == 4)
    }
  }
}
