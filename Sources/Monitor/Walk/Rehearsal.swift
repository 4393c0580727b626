// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Runs a guest to a moment and leaves it there, without showing anything.
///
/// Runs are the same every time. So an exception is found at full speed, and then a second machine is
/// run to just before the instruction that raises it.
struct Rehearsal {
  /// The kernel's machine and what ends its run.
  let options: RunOptions
  /// A signal that asks for an end, if one came.
  let signal: () -> Int32?
  /// Makes machines for runs that are to be the same.
  let makeMachine: (@escaping (Event) -> Void) throws(MachineError) -> Machine

  /// A guest where it was to be, or where its run ended.
  struct Arrival {
    /// The guest.
    let machine: Machine
    /// Why the run ended; nil if the moment came first.
    let end: SessionEnd?
    /// The exception that the moment is about.
    var fault: Fault?
  }

  /// Why there is no guest.
  enum Failure: Error {
    case machine(MachineError)
    case session(SessionError)
  }

  /// Runs until the guest has stopped, or is idle.
  func runToEnd() throws(Failure) -> Arrival {
    let machine = try machine()
    return Arrival(machine: machine, end: try run(machine, bounded) { false })
  }

  /// Runs until `count` instructions were executed.
  func run(toInstruction count: UInt64) throws(Failure) -> Arrival {
    let machine = try machine()
    var options = options
    options.maxInstructions = min(count, options.maxInstructions ?? .max)
    let end = try run(machine, options) { machine.instructions >= count }
    return Arrival(machine: machine, end: end)
  }

  /// Runs until the instruction at `address` is the next.
  func run(toAddress address: VirtAddr) throws(Failure) -> Arrival {
    let machine = try machine()
    let guest = WatchedGuest(machine, stoppingAt: address)
    let end = try run(guest, bounded) { guest.isThere }
    return Arrival(machine: machine, end: end)
  }

  /// Runs until the instruction that raises exception `number` is the next; exceptions that cannot be
  /// delivered count, and software and device interrupts count if delivering them raises one.
  func run(toFault number: UInt64) throws(Failure) -> Arrival {
    let log = FaultLog(number)
    let machine = try machine(log.receive)
    machine.watch = .exceptions
    log.onFound = { [weak machine] in machine?.requestPause() }
    let end = try run(machine, bounded) { log.found != nil }
    guard let found = log.found else { return Arrival(machine: machine, end: end) }
    var arrival = try run(toInstruction: log.instructions ?? machine.instructions)
    arrival.fault = found
    return arrival
  }

  /// The options with an end to what has none by itself.
  private var bounded: RunOptions {
    var options = options
    options.maxInstructions = options.maxInstructions ?? WalkOptions.longestRun
    return options
  }

  private func machine(
    _ sink: @escaping (Event) -> Void = { _ in }
  ) throws(Failure) -> Machine {
    do throws(MachineError) {
      return try makeMachine(sink)
    } catch {
      throw .machine(error)
    }
  }

  private func run(
    _ guest: some Guest, _ options: RunOptions, until isReached: () -> Bool
  ) throws(Failure) -> SessionEnd? {
    let collector = OutputCollector(com1: nil, debugcon: nil, until: nil)
    var session = HeadlessSession(
      guest, collector: collector, goals: SessionGoals(options),
      wallClock: WallClock.now, signal: signal)
    do throws(SessionError) {
      return try session.run(until: isReached)
    } catch {
      throw .session(error)
    }
  }
}

/// Counts exceptions up to one that is looked for.
private final class FaultLog {
  private var left: UInt64
  /// The exception that was looked for, once it was raised.
  private(set) var found: Fault?
  /// The instructions executed before it; nil if it was not delivered.
  private(set) var instructions: UInt64?
  /// Called when it was found, in the middle of a run.
  var onFound: () -> Void = {}

  init(_ number: UInt64) { left = number }

  func receive(_ event: Event) {
    guard left > 0 else { return }
    switch event {
    case .delivered(let delivered) where delivered.isOfException:
      left -= 1
      if left > 0 { return }
      found = Fault(delivered)
      instructions = delivered.instructions
      onFound()
    case .stopped(.tripleFault(let fault)):
      left -= 1
      if left == 0 { found = fault.first }
    default: return
    }
  }
}

extension Fault {
  fileprivate init(_ delivered: Delivered) {
    let cause = delivered.cause
    let isSoftware =
      cause.kind == .softwareInterrupt || cause.kind == .softwareException
      || cause.kind == .privilegedSoftwareException
    let isPageFault =
      !isSoftware && cause.kind != .external
      && cause.vector == Exception.pageFault.rawValue
    self.init(
      vector: cause.vector, errorCode: cause.errorCode, isSoftware: isSoftware, rip: delivered.rip,
      cr2: isPageFault ? delivered.cr2 : nil)
  }
}
