// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// A machine, and what came out of it.
final class RunningMachine {
  private(set) var machine: Machine
  private let log: Log

  /// Collects events; a class, since the machine's sink writes to it.
  private final class Log {
    var events: [Event] = []
  }

  init(_ plan: LoadPlan, memory: MemoryMap = .standard) throws {
    let log = Log()
    self.log = log
    machine = try Machine(.init(memory: memory, clock: 0), loading: plan) { log.events.append($0) }
  }

  /// The guest that Tests/guests/Makefile builds under this name.
  convenience init(
    guest: String, commandLine: String = "", modules: [BootModule] = [],
    memory: MemoryMap = .standard
  ) throws {
    let plan = try Loader.plan(
      kernel: Guest.bytes(guest), name: guest, commandLine: commandLine, modules: modules,
      memory: memory)
    try self.init(plan, memory: memory)
  }

  /// 32-bit code at 1 MiB, entered there.
  convenience init(code: [UInt8], memory: MemoryMap = .standard) throws {
    try self.init(.code(code), memory: memory)
  }

  var events: [Event] { log.events }

  /// Runs instruction by instruction until `address` is the next one's and `holds`; false if that is
  /// nowhere near.
  func reach(_ address: VirtAddr, _ holds: (Registers) -> Bool = { _ in true }) -> Bool {
    for _ in 0..<100_000 {
      let registers = machine.registers
      if registers.nextInstruction == address && holds(registers) { return true }
      _ = machine.run(nanoseconds: 1)
    }
    return false
  }

  /// Runs in windows of `window` instructions until the guest stops, `limit` instructions at the most.
  func run(window: UInt64 = 1_000_000, limit: UInt64 = 50_000_000) -> Stop? {
    while machine.instructions < limit {
      switch machine.run(nanoseconds: window) {
      case .stopped(let stop): return stop
      case .waiting: return .waitingForNothing
      case .budgetSpent, .requested: continue
      }
    }
    return nil
  }
}

extension LoadPlan {
  /// `code` at 1 MiB, entered there in the state of multiboot.
  static func code(_ code: [UInt8]) -> LoadPlan {
    let start = PhysAddr(0x10_0000)
    let write = Write(address: start, bytes: code[...], zeroes: 0, name: "code")
    return LoadPlan(writes: [write], entry: start, eax: 0, ebx: 0, elf: nil, warnings: [])
  }
}

extension Stop {
  /// What the guest, which has no IDT, could not be told of.
  var undelivered: Fault? {
    if case .tripleFault(let fault) = self { fault.first } else { nil }
  }
}
