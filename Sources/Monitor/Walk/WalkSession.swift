// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc
import X86

/// One `kemu walk`: from a person's options to an exit status.
public struct WalkSession {
  private let options: WalkOptions
  private let host: Host

  /// A session with `options` on `host`.
  public init(_ options: WalkOptions, on host: Host = .current) {
    self.options = options
    self.host = host
  }

  /// Runs the guest to the moment, shows what was asked for, and returns the exit status; does not return
  /// if a signal ended the session, but ends the process the same way.
  public func run() -> Int32 {
    do throws(Session.Failure) {
      return try runToStatus()
    } catch {
      return error.told(by: host)
    }
  }

  private func runToStatus() throws(Session.Failure) -> Int32 {
    guard options.address != nil || options.map else {
      throw .usage("name the address to walk, or add --map for the whole address space")
    }
    let memory: MemoryMap
    do throws(MemoryMap.Invalid) {
      memory = try MemoryMap(ramSize: options.run.memory)
    } catch {
      throw .usage("--memory: \(error)")
    }
    let session = Session(options.run, on: host)
    let plan = try session.plan(memory)
    let kernel = session.kernelFile(plan.elf)
    let names = KernelNames(plan.elf, memory: memory)
    if let place = options.address, case .symbol = place { _ = try resolve(place, names) }
    let arrival = try arrive(plan, memory, names)
    if case .signal(let number)? = arrival.end { TerminalRescue.die(by: number) }
    let sentence = sentence(of: arrival, kernel)
    host.say(sentence)
    if let end = arrival.end, options.moment != .end { return end.exitStatus(untilGiven: true) }
    let address = try options.address.map { (place) throws(Session.Failure) in
      try resolve(place, names, arrival.machine.registers, cr2: arrival.fault?.cr2)
    }
    show(arrival.machine, address: address, names: names, sentence: sentence)
    return 0
  }

  private func resolve(
    _ place: Place, _ names: KernelNames, _ registers: Registers? = nil, cr2: VirtAddr? = nil
  ) throws(Session.Failure) -> VirtAddr {
    do throws(SymbolTable.NameError) {
      return try names.address(of: place, registers, cr2: cr2)
    } catch {
      throw .usage("\(error)")
    }
  }

  // MARK: - The moment

  private func arrive(
    _ plan: LoadPlan, _ memory: MemoryMap, _ names: KernelNames
  ) throws(Session.Failure) -> Rehearsal.Arrival {
    let signals = SignalWatch(SignalWatch.endings)
    defer { signals.stop() }
    let clock: Int64 =
      switch options.run.clock ?? .reproducible {
      case .now: host.secondsSinceEpoch
      case .at(let seconds): seconds
      }
    let rehearsal = Rehearsal(options: options.run, signal: { signals.take().first }) {
      (sink) throws(MachineError) in
      try Machine(Machine.Configuration(memory: memory, clock: clock), loading: plan, sink: sink)
    }
    var target = VirtAddr(0)
    if case .place(let place) = options.moment { target = try resolve(place, names) }
    do throws(Rehearsal.Failure) {
      return switch options.moment {
      case .end: try rehearsal.runToEnd()
      case .instruction(let count): try rehearsal.run(toInstruction: count)
      case .fault(let number): try rehearsal.run(toFault: number)
      case .place: try rehearsal.run(toAddress: target)
      }
    } catch {
      switch error {
      case .machine(let error): throw .internalError("\(error)")
      case .session(let error): throw .internalError("\(error)")
      }
    }
  }

  /// When it is, or why the moment never came.
  private func sentence(of arrival: Rehearsal.Arrival, _ kernel: KernelFile) -> String {
    let machine = arrival.machine
    if let end = arrival.end {
      let stop = StopSentence(
        end: end, rip: machine.processor.rip, instructions: machine.instructions,
        symbolizer: kernel.symbolizer, restSymbolizer: kernel.words(for:)
      ).text
      return options.moment == .end ? stop : "\(options.moment) was not reached: \(stop)"
    }
    let here = machine.processor.rip.described(by: kernel.words(for:))
    let count = "after \(machine.instructions.grouped) instructions"
    guard let fault = arrival.fault else { return "\(options.moment): at \(here) \(count)" }
    return "\(options.moment): \(fault.text(kernel.symbolizer)), at \(here) \(count)"
  }

  // MARK: - What is shown

  private func show(_ machine: Machine, address: VirtAddr?, names: KernelNames, sentence: String) {
    let registers = machine.registers
    let report = address.map {
      WalkReport(
        of: $0, machine.paging, cr3: registers.cr3, ac: registers.rflags.contains(.alignmentCheck),
        in: machine.memory, names: names)
    }
    let map = options.map ? AddressSpace(machine.paging, in: machine.memory) : nil
    switch options.format {
    case .json:
      let whole = JSON.object([
        "at": .string("\(options.moment)"), "sentence": .string(sentence),
        "instructions": .number(machine.instructions),
        "rip": .hexadecimal(machine.processor.rip.value),
        "paging": .string(machine.paging.mode.name), "cr3": .hexadecimal(registers.cr3),
        "walk": report?.json ?? .null, "map": map?.json(names) ?? .null,
      ])
      host.print(whole.text + "\n")
    case .text:
      let terminal = host.terminal()
      let width = max(40, terminal?.extent.columns ?? 80)
      let ink = ink(isTerminal: terminal != nil)
      var blocks = report?.blocks(width: width, ink) ?? []
      if let map {
        blocks.append(
          map.lines(
            machine.paging.mode, cr3: registers.cr3, names: names, width: width, ink))
      }
      show(blocks, stepping: terminal != nil && !options.all && !options.map, ink)
    }
  }

  private func ink(isTerminal: Bool) -> Ink {
    let depth =
      isTerminal
      ? ColorDepth(environment: host.environment) : ColorDepth.forced(by: host.environment)
    return Ink(isOn: depth != nil && depth != ColorDepth.none)
  }

  /// Prints the blocks, each when Enter was pressed if a person is to step.
  private func show(_ blocks: [[String]], stepping: Bool, _ ink: Ink) {
    for (number, block) in blocks.enumerated() {
      host.print((number > 0 ? "\n" : "") + block.joined(separator: "\n") + "\n")
      guard stepping, number + 1 < blocks.count else { continue }
      let what = number + 2 < blocks.count ? "the next level" : "the end"
      host.print(ink("Enter: \(what)   q Enter: quit ", .faint))
      let answer = readLine()
      // The prompt goes again: the terminal has echoed Enter, so it is in the line above.
      host.print(ANSI.eraseLineAbove)
      if answer == nil || answer == "q" { return }
    }
  }
}

extension Fault {
  /// `#PF Page Fault, error code 0x2, CR2 0xfd000000`
  fileprivate func text(_ symbolizer: Symbolizer) -> String {
    var text = "vector \(vector)"
    if let exception = Exception(rawValue: vector) {
      text = exception.title
    }
    if let errorCode { text += ", error code \(hex(errorCode))" }
    if let cr2 { text += ", CR2 \(cr2.described(by: symbolizer))" }
    return text
  }
}
