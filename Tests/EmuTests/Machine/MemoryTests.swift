// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// What answers at which physical address, seen by the guest and from outside.
@Suite struct MemoryTests {
  /// Loads EAX from `address`, stores 0x5a5a5a5a there, loads EBX, and halts.
  static func probe(_ address: UInt32) -> [UInt8] {
    let a = withUnsafeBytes(of: address.littleEndian) { [UInt8]($0) }
    return [0xa1] + a + [0xc7, 0x05] + a + [0x5a, 0x5a, 0x5a, 0x5a, 0x8b, 0x1d] + a + [0xf4]
  }

  // swift-format-ignore
  @Test(arguments: [
    // address       before        after
    (0x0020_0000,    0x0000_0000,  0x5a5a_5a5a),  // RAM
    (0x000b_8000,    0x0720_0720,  0x5a5a_5a5a),  // the screen, blank
    (0x000b_fffc,    0x0720_0720,  0x5a5a_5a5a),
    (0x000a_0000,    0xffff_ffff,  0xffff_ffff),  // VGA graphics memory
    (0x000b_7ffc,    0xffff_ffff,  0xffff_ffff),
    (0x000c_0000,    0xffff_ffff,  0xffff_ffff),  // adapter ROMs
    (0x000f_0000,    0xffff_ffff,  0xffff_ffff),  // BIOS ROM
    (0x07ff_fffc,    0x0000_0000,  0x5a5a_5a5a),  // the last RAM
    (0x0800_0000,    0xffff_ffff,  0xffff_ffff),  // beyond it
    (0xfee0_0000,    0xffff_ffff,  0xffff_ffff),
  ] as [(UInt32, UInt64, UInt64)])
  func aProbeFinds(_ address: UInt32, _ before: UInt64, _ after: UInt64) throws {
    let guest = try RunningMachine(code: Self.probe(address))
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax == before)
    #expect(guest.machine.registers.rbx == after)
    #expect(UInt64(guest.machine.memory.load32(PhysAddr(UInt64(address)))) == after)
  }

  @Test func theBIOSModelByteIsReadOnly() throws {
    let guest = try RunningMachine(code: Self.probe(0xf_fffc))
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rbx == guest.machine.registers.rax)
    #expect(guest.machine.registers.rax >> 16 & 0xff == 0xfc)
  }

  @Test func ramBeyond3GiBContinuesAt4GiB() throws {
    let map = try MemoryMap(ramSize: 5 << 30)
    let guest = try RunningMachine(code: Self.probe(0xbfff_fffc), memory: map)
    #expect(guest.run() == .halted)
    let memory = guest.machine.memory
    #expect(memory.load32(PhysAddr(0xbfff_fffc)) == 0x5a5a_5a5a)
    #expect(memory.load32(PhysAddr(0xc000_0000)) == 0xffff_ffff)
    #expect(memory.load32(PhysAddr(0x1_0000_0000)) == 0)
    #expect(memory.load32(PhysAddr(0x1_7fff_fffc)) == 0)
    #expect(memory.load32(PhysAddr(0x1_8000_0000)) == 0xffff_ffff)
  }

  @Test func runningIntoNothingIsAnInvalidOpcode() throws {
    // jmp 0xa0000: all ones are FF FF, no instruction.
    let guest = try RunningMachine(code: [0xb8, 0x00, 0x00, 0x0a, 0x00, 0xff, 0xe0])
    guard let fault = guest.run()?.undelivered else {
      Issue.record("no fault")
      return
    }
    #expect(fault.vector == 6)
    #expect(fault.rip == VirtAddr(0xa_0000))
  }

  @Test func `an instruction that reaches from nothing into memory is fetched anew`() throws {
    // mov eax, -1; mov ecx, 1; jmp eax
    let guest = try RunningMachine(code: [
      0xb8, 0xff, 0xff, 0xff, 0xff, 0xb9, 0x01, 0x00, 0x00, 0x00, 0xff, 0xe0,
    ])
    // swift-format-ignore
    let rest: [UInt8] = [
      0xc0,                                           // behind FF at the end of all addresses: inc eax
      0xc6, 0x05, 0x00, 0x00, 0x00, 0x00, 0xc8,       // mov byte [0], 0xc8: dec eax
      0x49, 0x79, 0xf4,                               // dec ecx; jns -1
      0xf4,
    ]
    #expect(guest.machine.memory.write(rest[...], zeroes: 0, at: PhysAddr(0)))
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax == 0xffff_ffff)
  }

  @Test(arguments: [1, 2, 3, .max] as [UInt64])
  func `code in a page table is what its accessed flags make of it`(_ window: UInt64) throws {
    // swift-format-ignore
    let guest = try RunningMachine(code: [
      0xb8, 0x00, 0x20, 0x20, 0x00, 0x0f, 0x22, 0xd8,          // mov cr3, 0x202000
      0x0f, 0x20, 0xc0, 0x0d, 0x00, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0,  // CR0.PG
      0xb8, 6, 0, 0, 0, 0xb9, 3, 0, 0, 0,                      // mov eax, 6; mov ecx, 3
      0xba, 0x00, 0x3c, 0x20, 0x00, 0xff, 0xe2,                // jmp 0x203c00
    ])
    // swift-format-ignore
    let entries: [(UInt64, [UInt8])] = [
      (0x20_2000, [0x03, 0x30, 0x20, 0x00]),                   // the table is at 0x203000
      (0x20_3400, [0x03, 0x00, 0x10, 0x00]),
      (0x20_380c, [0x03, 0x30, 0x20, 0x00]),                   // and maps itself
      (0x20_3c00, [0x90, 0x90, 0x8b, 0x1d]),                   // mov ebx, [0x302000]
      (0x20_3c04, [0x00, 0x20, 0x30, 0x00]),
      (0x20_3c08, [0x03, 0xc1, 0x90, 0x90]),                   // add eax, ecx: the entry for 0x302000;
      (0x20_3c0c, [0xf4, 0x00, 0x00, 0x00]),                   // accessed, it is `and eax, ecx`
    ]
    for (address, bytes) in entries {
      #expect(guest.machine.memory.write(bytes[...], zeroes: 0, at: PhysAddr(address)))
    }
    #expect(guest.run(window: window) == .halted)
    #expect(guest.machine.registers.rax == 2)
  }

  /// The library would make its TLB smaller at a flush that comes 100 ms after the last one.
  @Test func `a translation that nobody invalidated stays as long on a slow host`() async throws {
    // swift-format-ignore
    let guest = try RunningMachine(code: [
      0x0f, 0x20, 0xe0, 0x0c, 0x10, 0x0f, 0x22, 0xe0,          // CR4.PSE
      0xb8, 0x00, 0x00, 0x20, 0x00, 0x0f, 0x22, 0xd8,          // mov cr3, 0x200000
      0x0f, 0x20, 0xc0, 0x0d, 0x00, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0,  // CR0.PG
      0xb8, 0x00, 0x00, 0x20, 0x00, 0x0f, 0x22, 0xd8,          // once more, which flushes
      0xbe, 0x00, 0x00, 0x40, 0x00,                            // mov esi, 0x400000
      0x8b, 0x06, 0x81, 0xc6, 0x00, 0x10, 0x00, 0x00,          // mov eax, [esi]; add esi, 0x1000
      0x81, 0xfe, 0x00, 0x00, 0x50, 0x00, 0x72, 0xf0,          // cmp esi, 0x500000; jb
      0xc7, 0x05, 0x40, 0x20, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00,  // 0x410000 is mapped no more
      0xa1, 0x00, 0x00, 0x41, 0x00,                            // mov eax, [0x410000]
      0xf4,
    ])
    let memory = guest.machine.memory
    #expect(memory.write([0x83, 0, 0, 0, 0x03, 0x20, 0x20, 0], zeroes: 0, at: PhysAddr(0x20_0000)))
    let table = [[UInt8]](repeating: [0x03, 0x30, 0x20, 0], count: 256).joined()
    #expect(memory.write(Array(table)[...], zeroes: 0, at: PhysAddr(0x20_2000)))
    #expect(guest.machine.run(nanoseconds: 8) == .budgetSpent)
    try await Task.sleep(for: .milliseconds(150))
    #expect(guest.run() == .halted)
  }

  @Test func theA20GateFoldsOddMegabytes() throws {
    // A jump to 2 MiB, since the code itself must not lie in an odd megabyte when the gate closes.
    let guest = try RunningMachine(code: [0xb8, 0x00, 0x00, 0x20, 0x00, 0xff, 0xe0])
    // swift-format-ignore
    let rest: [UInt8] = [
      0x8b, 0x1d, 0x00, 0x10, 0x30, 0x00,                          // mov ebx, [0x301000]
      0xc7, 0x05, 0x00, 0x10, 0x20, 0x00, 0x11, 0x22, 0x33, 0x44,  // mov [0x201000], 0x44332211
      0x31, 0xc0, 0xe6, 0x92,                                      // out 0x92, 0: one gate closes,
      0xb0, 0xd1, 0xe6, 0x64, 0xb0, 0xdd, 0xe6, 0x60,              // and the keyboard controller's
      0xa1, 0x00, 0x10, 0x30, 0x00,                                // mov eax, [0x301000]
      0xf4,
    ]
    #expect(guest.machine.memory.write(rest[...], zeroes: 0, at: PhysAddr(0x20_0000)))
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rbx == 0)
    #expect(guest.machine.registers.rax == 0x4433_2211)
  }

  @Test func theA20GateFoldsPageTablesAndWhatIsReadForPeople() throws {
    // The page directory is said to lie at 3 MiB and lies at 2 MiB, where the closed gate leads. It
    // maps 0 to itself and 4 MiB to 8 MiB.
    let guest = try RunningMachine(code: [0xb8, 0x00, 0x00, 0x20, 0x00, 0xff, 0xe0])
    // swift-format-ignore
    let rest: [UInt8] = [
      0xc7, 0x05, 0x00, 0x80, 0x20, 0x00, 0x83, 0x00, 0x00, 0x00,  // mov [0x208000], 0x83
      0xc7, 0x05, 0x04, 0x80, 0x20, 0x00, 0x83, 0x00, 0x80, 0x00,  // mov [0x208004], 0x800083
      0xc7, 0x05, 0x00, 0x00, 0x80, 0x00, 0x11, 0x22, 0x33, 0x44,  // mov [0x800000], 0x44332211
      0x31, 0xc0, 0xe6, 0x92,                                      // out 0x92, 0: one gate closes,
      0xb0, 0xd1, 0xe6, 0x64, 0xb0, 0xdd, 0xe6, 0x60,              // and the keyboard controller's
      0x0f, 0x20, 0xe0, 0x0c, 0x10, 0x0f, 0x22, 0xe0,              // CR4.PSE
      0xb8, 0x00, 0x80, 0x30, 0x00, 0x0f, 0x22, 0xd8,              // mov cr3, 0x308000
      0x0f, 0x20, 0xc0, 0x0d, 0x00, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0,  // CR0.PG
      0xa1, 0x00, 0x00, 0x40, 0x00,                                // mov eax, [0x400000]
      0xf4,
    ]
    #expect(guest.machine.memory.write(rest[...], zeroes: 0, at: PhysAddr(0x20_0000)))
    #expect(guest.run() == .halted)
    #expect(guest.machine.registers.rax == 0x4433_2211)
    #expect(guest.machine.memory.load32(PhysAddr(0x20_8000)) & 0x20 == 0x20)  // A, by the walk
    #expect(guest.machine.peek(4, at: VirtAddr(0x40_0000)) == [0x11, 0x22, 0x33, 0x44])
  }
}
