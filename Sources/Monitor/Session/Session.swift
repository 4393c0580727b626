// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc
import SystemPackage

/// One `kemu run`: from a person's options to an exit status.
public struct Session {
  /// Why there was nothing to run, or no way to go on.
  enum Failure: Error, Equatable {
    case usage(String)
    case cannotBoot(String)
    case internalError(String)

    var status: Int32 {
      switch self {
      case .usage: FailureStatus.usage
      case .cannotBoot: FailureStatus.cannotBoot
      case .internalError: FailureStatus.internalError
      }
    }

    /// Tells the person, and returns the exit status.
    func told(by host: Host) -> Int32 {
      switch self {
      case .usage(let text), .cannotBoot(let text): host.say(text)
      case .internalError(let text):
        host.say("internal error: \(text); please report this with the command line and the kernel")
      }
      return status
    }
  }

  let options: RunOptions
  let host: Host

  /// A session with `options` on `host`.
  public init(_ options: RunOptions, on host: Host = .current) {
    self.options = options
    self.host = host
  }

  /// Runs it, tells the person all that there is to tell, and returns the exit status; does not
  /// return if a signal ended the session, but ends the process the same way.
  public func run() -> Int32 {
    do throws(Failure) {
      let end = try runToEnd()
      if case .signal(let number) = end { TerminalRescue.die(by: number) }
      return end.exitStatus(untilGiven: options.until != nil)
    } catch {
      return error.told(by: host)
    }
  }

  private func runToEnd() throws(Failure) -> SessionEnd {
    let terminal = options.headless ? nil : host.terminal()
    let input = terminal == nil && options.serial == .stdio ? SerialInput(.standardInput) : nil
    let collector = try openOutputs(isLive: terminal != nil)
    let telling = try openTrace(isLive: terminal != nil)
    let (machine, kernel) = try boot(isLive: terminal != nil, collector: collector)
    tell(of: machine, telling, kernel, collector)
    let end = try play(
      machine, collector: collector, input: input, on: terminal, symbolizer: kernel.symbolizer,
      restSymbolizer: kernel.words(for:))
    explain(end, of: machine, kernel)
    return end
  }

  // MARK: - Before

  private func openOutputs(isLive: Bool) throws(Failure) -> OutputCollector {
    let hasOutput = !isLive && options.purpose == .screen
    let serial = options.serial ?? (hasOutput ? .stdio : .none)
    return OutputCollector(
      com1: try open(serial, option: "--serial", isLive: isLive),
      debugcon: try open(options.debugcon, option: "--debugcon", isLive: isLive),
      until: options.until)
  }

  private func open(
    _ target: RunOptions.Target, option: String, isLive: Bool
  ) throws(Failure) -> FileDescriptor? {
    switch target {
    case .none: return nil
    case .stdio where isLive:
      throw .usage(
        "\(option) stdio would write over the live screen; add --headless, or name a file")
    case .stdio where tracesToOutput:
      throw .usage("\(option) stdio would write into the trace; add --trace-file, or name a file")
    case .stdio: return .standardOutput
    case .file(let path): return try create(path)
    }
  }

  func create(_ path: String) throws(Failure) -> FileDescriptor {
    do throws(Errno) {
      return try host.create(path)
    } catch {
      throw .usage("\(path) cannot be written: \(error)")
    }
  }

  private func boot(
    isLive: Bool, collector: OutputCollector
  ) throws(Failure) -> (Machine, KernelFile) {
    let memory: MemoryMap
    do throws(MemoryMap.Invalid) {
      memory = try MemoryMap(ramSize: options.memory)
    } catch {
      throw .usage("--memory: \(error)")
    }
    let plan = try plan(memory)
    for warning in plan.warnings { host.say("warning: \(warning)") }
    let clock =
      switch options.clock ?? (isLive ? .now : .reproducible) {
      case .now: host.secondsSinceEpoch
      case .at(let seconds): seconds
      }
    let kernel = kernelFile(plan.elf)
    do throws(MachineError) {
      let machine = try Machine(
        Machine.Configuration(memory: memory, clock: clock), loading: plan,
        sink: collector.receive)
      return (machine, kernel)
    } catch {
      throw .internalError("\(error)")
    }
  }

  /// What `elf`, the kernel's, tells, with what lies beside it.
  func kernelFile(_ elf: ELFFile?) -> KernelFile { KernelFile(elf, readBeside: readBeside) }

  /// The bytes of the file with this name in the kernel's directory.
  private func readBeside(_ name: String) -> [UInt8]? {
    guard let path = options.kernel ?? (try? bundledKernel()) else { return nil }
    return try? host.read(FilePath(path).removingLastComponent().appending(name).string)
  }

  /// What booting the options' kernel does to a machine with `memory`.
  func plan(_ memory: MemoryMap) throws(Failure) -> LoadPlan {
    let path = if let kernel = options.kernel { kernel } else { try bundledKernel() }
    let kernel = try read(path)
    var modules: [BootModule] = []
    for module in options.modules {
      modules.append(
        BootModule(
          name: module.path, arguments: module.arguments, bytes: try read(module.path)))
    }
    do throws(LoadError) {
      return try Loader.plan(
        kernel: kernel, name: path, commandLine: options.commandLine, modules: modules,
        memory: memory)
    } catch {
      throw .cannotBoot("\(error)")
    }
  }

  private func read(_ path: String) throws(Failure) -> [UInt8] {
    do throws(Host.ReadError) {
      return try host.read(path)
    } catch {
      throw .cannotBoot("\(path) cannot be read: \(error)")
    }
  }

  private func bundledKernel() throws(Failure) -> String {
    let candidates = ImageSearch.candidates(
      for: "kernel.elf", environment: host.environment, executable: host.executable)
    if let found = candidates.first(where: host.exists) { return found }
    throw .cannotBoot(
      "the kernel that comes with kemu is neither in $KEMU_IMAGES, nor in ../share/kemu beside the "
        + "program, nor in images/ of its checkout; `make images` builds it, or name a kernel: "
        + "kemu run KERNEL")
  }

  // MARK: - After

  /// Runs a guest on `terminal`, or without one, and says how it ended.
  func play(
    _ guest: some Guest, collector: OutputCollector, input: SerialInput? = nil,
    on terminal: Terminal?, symbolizer: @escaping Symbolizer, restSymbolizer: Symbolizer? = nil
  ) throws(Failure) -> SessionEnd {
    let end: SessionEnd
    do throws(SessionError) {
      if let terminal {
        end = try playLive(guest, collector: collector, on: terminal, symbolizer: symbolizer)
      } else {
        end = try playHeadless(guest, collector: collector, input: input)
      }
      try collector.finish()
    } catch {
      switch error {
      case .cannotWrite(_, .brokenPipe), .cannotWriteTrace(.brokenPipe):
        TerminalRescue.die(by: SIGPIPE)
      default: break
      }
      throw .internalError("\(error)")
    }
    if let log = collector.log { tell(log) }
    if !tracesToOutput {
      showScreen(guest.screen, isLive: terminal != nil, startsLine: collector.endsLine)
    }
    let sentence = StopSentence(
      end: end, rip: guest.processor.rip, instructions: guest.instructions, until: options.until,
      escape: options.escape, symbolizer: symbolizer, restSymbolizer: restSymbolizer)
    host.say(sentence.text)
    return end
  }

  /// Says what went wrong, if something did.
  private func explain(_ end: SessionEnd, of machine: Machine, _ kernel: KernelFile) {
    let evidence = Evidence(of: machine, kernel)
    guard let found = PostMortem(end, evidence) else { return }
    let look = host.messageLook
    host.tell(found.text(kernel, width: look.width, depth: look.depth))
  }

  private func playLive(
    _ guest: some Guest, collector: OutputCollector, on terminal: Terminal,
    symbolizer: @escaping Symbolizer
  ) throws(SessionError) -> SessionEnd {
    let signals = SignalWatch(SignalWatch.endings + SignalWatch.terminal)
    defer { signals.stop() }
    let session = LiveSession(
      guest, on: terminal, collector: collector, signals: signals, goals: SessionGoals(options),
      depth: ColorDepth(environment: host.environment), escape: options.escape,
      symbolizer: symbolizer)
    return try session.run()
  }

  private func playHeadless(
    _ guest: some Guest, collector: OutputCollector, input: SerialInput?
  ) throws(SessionError) -> SessionEnd {
    let signals = SignalWatch(SignalWatch.endings)
    defer { signals.stop() }
    var session = HeadlessSession(
      guest, collector: collector, goals: SessionGoals(options), input: input,
      wallClock: WallClock.now, signal: { signals.take().first })
    return try session.run()
  }

  private func showScreen(_ screen: TextScreen, isLive: Bool, startsLine: Bool) {
    let depth =
      isLive
      ? ColorDepth(environment: host.environment) : ColorDepth.forced(by: host.environment)
    let text = depth.map(screen.coloredText) ?? screen.plainText
    if screen.plainText.isEmpty { return }
    host.print((startsLine ? "" : "\n") + text)
  }
}
