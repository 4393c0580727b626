// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// What the machine tells of deliveries and waits.
@Suite struct DeliveryEventTests {
  /// The events of a whole run, in windows of `window` nanoseconds; time skips while the guest waits.
  private func events(
    _ name: String, window: UInt64,
    watching: Event.Categories = [.deliveries, .transfers, .waits]
  ) throws -> [Event] {
    try run(name, window: window, watching: watching).events
  }

  private func run(
    _ name: String, window: UInt64, watching: Event.Categories
  ) throws -> RunningMachine {
    let guest = try RunningMachine(guest: name)
    guest.machine.watch = watching
    running: while guest.machine.instructions < 10_000_000 {
      switch guest.machine.run(nanoseconds: window) {
      case .stopped: break running
      case .waiting(let moment?): guest.machine.skip(to: moment)
      case .waiting(nil): break running
      case .budgetSpent, .requested: continue
      }
    }
    return guest
  }

  @Test(arguments: ["timer.elf", "ring-3.elf"], [7, 50_000] as [UInt64])
  func theyAreTheSameInEveryRunAndInWindowsOfAnySize(_ name: String, window: UInt64) throws {
    let whole = try events(name, window: .max)
    #expect(try events(name, window: .max) == whole)
    #expect(try events(name, window: window) == whole)
  }

  @Test func eachTickIsAWaitItsEndAndTheTimersInterrupt() throws {
    let told = try events("timer.elf", window: .max)
    let ticks = told.indices.filter { if case .waiting = told[$0] { true } else { false } }
    #expect(ticks.count > 10)
    for index in ticks {
      guard case .waiting(let since) = told[index], case .woken(let moment) = told[index + 1],
        case .delivered(let delivered) = told[index + 2]
      else {
        Issue.record("a wait without its end: \(told[index...].prefix(3))")
        return
      }
      #expect(since < moment && delivered.moment == moment)
      #expect(delivered.line == .timer && delivered.plan.event.kind == .external)
      #expect(delivered.failed.isEmpty && delivered.plan.stack == .current)
    }
  }

  @Test func aProgramInRing3TellsOfCallsFaultsAndPreemption() throws {
    let told = try events("ring-3.elf", window: .max).compactMap { event in
      if case .delivered(let delivered) = event { delivered } else { nil }
    }
    let fromUser = told.filter { $0.plan.oldPrivilege == 3 }
    #expect(fromUser.allSatisfy { $0.plan.newPrivilege == 0 && $0.plan.stack == .task(0) })
    #expect(fromUser.contains { $0.cause.kind == .softwareInterrupt && $0.cause.vector == 0x80 })
    #expect(fromUser.contains { $0.line == .timer })
    let faults = fromUser.filter { $0.cause.exception == .pageFault }
    #expect(!faults.isEmpty)
    for fault in faults {
      // A push into the missing page: the write of a user, of which CR2 and the frame tell.
      #expect(fault.plan.frame[5] == 6)
      #expect(fault.plan.frame[4] == fault.rip.value)
      #expect(fault.cr2.value < fault.plan.frame[1])
    }
  }

  /// What the guest of Tests/guests/delivery.S with this letter tells.
  private func told(_ letter: String) throws -> (events: [Event], stop: Stop?) {
    let guest = try RunningMachine(guest: "delivery.elf", commandLine: letter)
    guest.machine.watch = [.deliveries]
    let stop = guest.run()
    return (guest.events, stop)
  }

  @Test func aPageFaultComesWithItsWalkAndItsInstruction() throws {
    guard case .delivered(let fault) = try told("w").events.first else {
      Issue.record("nothing was delivered")
      return
    }
    let walk = try #require(fault.occasion.walk)
    #expect(walk.address == fault.cr2 && walk.access == PageAccess(.write, as: .user))
    #expect(walk.steps.map(\.level) == [.pml4, .pdpt, .pd, .pt])
    guard case .fault(let reason) = walk.outcome else {
      Issue.record("the walk ends well: \(walk.outcome)")
      return
    }
    #expect(reason.reason == .supervisorOnly && reason.level == .pt)
    #expect(fault.plan.frame[5] == UInt64(reason.errorCode.rawValue))
    // mov qword ptr [...], rax
    #expect((0..<5).map { fault.occasion.code[$0] } == [0x48, 0x89, 0x04, 0x25, 0xf8])
    #expect(fault.occasion.privilege == 3 && fault.occasion.instruction == fault.rip)
  }

  @Test func aFailureComesWithWhatWasFoundUntilThen() throws {
    guard case .delivered(let fault) = try told("o").events.first else {
      Issue.record("nothing was delivered")
      return
    }
    #expect(fault.failed.count == 1 && fault.plan.event.exception == .doubleFault)
    let failed = try #require(fault.failed.first)
    #expect(failed.fault.check == .stackWritable)
    #expect(failed.progress.gate?.selector.rawValue == 8 && failed.progress.stack == .current)
    #expect(failed.progress.code?.flags.contains(.long) == true)
    #expect(failed.progress.stackPointer == failed.progress.oldStackPointer)
    #expect(failed.walk?.address == failed.fault.address)
    guard case .fault(let reason) = failed.walk?.outcome else {
      Issue.record("no walk, or one that ends well")
      return
    }
    #expect(reason.errorCode.rawValue == failed.fault.errorCode)
    #expect(fault.plan.stack == .interrupt(1))
  }

  @Test func aTripleFaultKnowsWhereItBeganThoughNobodyWatched() throws {
    let guest = try RunningMachine(guest: "delivery.elf", commandLine: "t")
    guard case .tripleFault(let fault) = guest.run() else {
      Issue.record("no triple fault")
      return
    }
    let occasion = try #require(fault.occasion)
    #expect(occasion.rip == fault.first.rip && occasion.mode == .long64)
    #expect(occasion.instructions == guest.machine.instructions)
    #expect(fault.failed.map(\.progress.table.limit) == [0, 0, 0])
    #expect(fault.failed.allSatisfy { $0.progress.gate == nil && $0.walk == nil })
  }

  @Test func whatGoesInComesOutAgain() throws {
    let told = try events("ring-3.elf", window: .max)
    var transfers: [Transfer.Kind: [Transfer]] = [:]
    var deliveries = 0
    for event in told {
      switch event {
      case .transferred(let transfer): transfers[transfer.kind, default: []].append(transfer)
      case .delivered: deliveries += 1
      default: break
      }
    }
    // The last call never returns; the program was entered by IRET, and so does SYSCALL's handler return.
    let returns = transfers[.iret, default: []]
    #expect(returns.count == deliveries - 1 + 1 + 1)
    #expect(returns.allSatisfy { $0.from.privilege == 0 && $0.to.privilege == 3 })
    let calls = transfers[.syscall, default: []]
    #expect(calls.count == 1)
    for call in calls {
      #expect(call.from.privilege == 3 && call.to.privilege == 0)
      #expect(call.from.rsp == call.to.rsp && !call.to.rflags.contains(.interrupts))
      #expect(returns.contains { $0.to.rip.value == call.from.rip.value + 2 })
    }
  }

  @Test func aTaskSwitchIsToldByTheInstructionThatMadeIt() throws {
    var switches: [Transfer.Kind: [TaskSwitch]] = [:]
    var gates: [TaskSwitch] = []
    for event in try events("tasks.elf", window: .max) {
      switch event {
      case .transferred(let transfer):
        let task = try #require(transfer.task)
        switches[transfer.kind, default: []].append(task)
        #expect(transfer.to.rsp == task.registers.rsp && transfer.to.cs == task.registers.cs)
      case .delivered(let delivered): gates.append(try #require(delivered.plan.task))
      default: break
      }
    }
    let calls = switches[.call, default: []]
    let returns = switches[.iret, default: []]
    #expect(calls.count == 1000 && gates.count == 1000 && returns.count == 2000)
    #expect(switches.count == 2)
    for task in calls + gates {
      #expect(task.from.selector == 0x18 && task.registers.tr.selector == 0x20)
      #expect(task.cause.nests && task.fault == nil)
    }
    #expect(returns.allSatisfy { $0.from.selector == 0x20 && $0.registers.tr.selector == 0x18 })
  }

  @Test(arguments: ["timer.elf", "ring-3.elf", "tasks.elf"])
  func watchingChangesNothing(_ name: String) throws {
    let watched = try run(name, window: 1000, watching: [.deliveries, .transfers, .waits])
    let unwatched = try run(name, window: 1000, watching: [])
    #expect(watched.machine.instructions == unwatched.machine.instructions)
    #expect(watched.machine.now == unwatched.machine.now)
    #expect(watched.machine.registers == unwatched.machine.registers)
  }

  @Test func aReturnThatFaultsIsNotTold() throws {
    // IRET with a null CS on the stack: #GP(0) at the IRET, and there is no IDT.
    // swift-format-ignore
    let guest = try RunningMachine(code: [
      0xbc, 0x00, 0x00, 0x20, 0x00,  // mov esp, 0x200000
      0x6a, 0x02,                    // push 2
      0x6a, 0x00,                    // push 0
      0x6a, 0x00,                    // push 0
      0xcf,                          // iret
    ])
    guest.machine.watch = [.transfers]
    let fault = guest.run()?.undelivered
    #expect(fault?.vector == 13 && fault?.errorCode == 0)
    #expect(fault?.rip == VirtAddr(0x10_000b))
    #expect(guest.machine.instructions == 4)
    #expect(guest.events.count == 1)
  }

  @Test func nothingIsToldUnasked() throws {
    let told = try events("ring-3.elf", window: .max, watching: [])
    #expect(
      told.allSatisfy {
        switch $0 {
        case .output, .stopped: true
        default: false
        }
      })
  }
}
