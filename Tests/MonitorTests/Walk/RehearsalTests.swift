// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Foundation
import Testing
import X86

@testable import Monitor

/// A guest is run to a moment, exactly, and looking at it changes nothing.
@Suite struct RehearsalTests {
  private func rehearsal(
    _ path: String, commandLine: String = "", maxInstructions: UInt64? = nil
  ) throws -> (Rehearsal, KernelNames) {
    let memory = try MemoryMap(ramSize: 4 << 20)
    let plan = try Loader.plan(
      kernel: [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), name: path,
      commandLine: commandLine, modules: [], memory: memory)
    var options = RunOptions()
    options.maxInstructions = maxInstructions
    let rehearsal = Rehearsal(options: options, signal: { nil }) { (sink) throws(MachineError) in
      try Machine(Machine.Configuration(memory: memory, clock: 0), loading: plan, sink: sink)
    }
    return (rehearsal, KernelNames(plan.elf, memory: memory))
  }

  @Test func anInstructionIsReachedExactly() throws {
    let (rehearsal, _) = try rehearsal(Kernels.guest("ring-3.elf"))
    for count in [0, 1, 1000] as [UInt64] {
      let arrival = try rehearsal.run(toInstruction: count)
      #expect(arrival.end == nil && arrival.machine.instructions == count)
    }
  }

  @Test func aSymbolIsReachedBeforeItsFirstInstruction() throws {
    let (rehearsal, names) = try rehearsal(Kernels.guest("faults.elf"), commandLine: "01")
    let fault = try names.address(of: Place("fault_1"), nil, cr2: nil)
    let arrival = try rehearsal.run(toAddress: fault)
    #expect(arrival.end == nil && arrival.machine.processor.rip == fault)
    // The same as without looking for it.
    let plain = try rehearsal.run(toInstruction: arrival.machine.instructions)
    #expect(plain.machine.registers == arrival.machine.registers)
  }

  @Test func anExceptionIsReachedBeforeItsInstruction() throws {
    let (rehearsal, _) = try rehearsal(Kernels.guest("ring-3.elf"))
    let first = try rehearsal.run(toFault: 1)
    let fault = try #require(first.fault)
    #expect(first.end == nil && first.machine.processor.rip == fault.rip)
    let second = try rehearsal.run(toFault: 2)
    #expect(second.machine.instructions > first.machine.instructions)
    #expect(try rehearsal.run(toFault: 1_000_000).end != nil)
  }

  @Test func anExceptionThatCannotBeDeliveredIsReachedToo() throws {
    let (rehearsal, names) = try rehearsal(Kernels.guest("faults.elf"), commandLine: "01")
    let arrival = try rehearsal.run(toFault: 1)
    #expect(arrival.end == nil && arrival.fault?.cr2 == VirtAddr(0x4000_0008))
    #expect(names.name(of: arrival.machine.processor.rip) == "fault_1")
    // Before it: CR2 is not written yet.
    #expect(arrival.machine.registers.cr2 == VirtAddr(0))
  }

  @Test func anAddressThatIsNeverExecutedEndsWithTheGuestOrTheBudget() throws {
    let (rehearsal, _) = try rehearsal(Kernels.guest("faults.elf"), commandLine: "01")
    let end = try rehearsal.run(toAddress: VirtAddr(0xdead_0000)).end
    guard case .guest(.tripleFault) = end else {
      Issue.record("\(String(describing: end))")
      return
    }
    let (short, _) = try self.rehearsal(
      Kernels.guest("faults.elf"), commandLine: "01", maxInstructions: 100)
    #expect(try short.run(toAddress: VirtAddr(0xdead_0000)).end == .instructionBudget(100))
  }

  @Test(arguments: ["paging-32.elf", "paging-pae.elf", "ring-3.elf"])
  func lookingChangesNothing(_ guest: String) throws {
    let (rehearsal, names) = try rehearsal(Kernels.guest(guest))
    let machine = try rehearsal.runToEnd().machine
    let bytes = 4 << 20
    let before = (machine.registers, machine.memory.read(bytes, at: PhysAddr(0)), machine.now)
    for address in [0, 0xb_8000, 0x40_7000, 0xffff_f000, 0x8000_0000_0000] as [UInt64] {
      let report = WalkReport(
        of: VirtAddr(address), machine.paging, cr3: machine.registers.cr3, ac: false,
        in: machine.memory, names: names)
      _ = report.blocks(width: 80, .none)
      _ = report.json.text
    }
    let map = AddressSpace(machine.paging, in: machine.memory)
    _ = map.json(names).text
    #expect(machine.registers == before.0)
    #expect(machine.memory.read(bytes, at: PhysAddr(0)) == before.1)
    #expect(machine.now == before.2)
  }
}
