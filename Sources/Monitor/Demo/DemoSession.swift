// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import SystemPackage
import X86

/// One `kemu demo NAME`: from a name to an exit status.
public struct DemoSession {
  private let name: String
  private let all: Bool
  private let host: Host

  /// A session that plays the demo called `name`, or prints all of it at once.
  public init(_ name: String, all: Bool, on host: Host = .current) {
    (self.name, self.all, self.host) = (name, all, host)
  }

  /// Shows the demo and returns the exit status; does not return if a signal ended the session, but ends
  /// the process the same way.
  public func run() -> Int32 {
    do throws(Session.Failure) {
      return try show()
    } catch {
      return error.told(by: host)
    }
  }

  private func show() throws(Session.Failure) -> Int32 {
    guard let demo = Demo.named(name) else { throw .usage(DemoList.unknown(name)) }
    let (tape, sentence) = try record(demo)
    if let terminal = host.terminal(), !all {
      try play(tape, on: terminal)
    } else {
      host.print(text(of: tape))
      host.say(sentence)
    }
    if tape.isAsExpected { return 0 }
    host.say("that is not what the demo \(name) should come to; is the kernel of this version?")
    return SessionEnd.quit.exitStatus(untilGiven: true)
  }

  // MARK: - The guest

  /// What happens in a demo, and the sentence about its end.
  func record(_ demo: Demo) throws(Session.Failure) -> (tape: DemoTape, sentence: String) {
    var options = RunOptions()
    options.kernel = try path(of: demo.image)
    options.commandLine = demo.commandLine
    options.maxInstructions = WalkOptions.longestRun
    do throws(OptionError) {
      options.keys = try KeyText.parse(demo.keys)
    } catch {
      throw .internalError("the keys of the demo: \(error)")
    }
    let memory = MemoryMap.standard
    let session = Session(options, on: host)
    let plan = try session.plan(memory)
    let symbolizer: Symbolizer = session.kernelFile(plan.elf).words(for:)
    let recorder = DemoRecorder(DemoTape(demo, symbolizer: symbolizer))
    let machine: Machine
    do throws(MachineError) {
      machine = try Machine(
        Machine.Configuration(memory: memory, clock: ClockStart.reproducibleSeconds),
        loading: plan, sink: recorder.receive)
    } catch {
      throw .internalError("\(error)")
    }
    machine.watch = DemoRecorder.watched
    // Events come between instructions, when the screen is nobody's.
    recorder.screen = { [unowned machine] in machine.screen }
    let end = try run(machine, SessionGoals(options))
    let sentence = StopSentence(
      end: end, rip: machine.processor.rip, instructions: machine.instructions,
      symbolizer: symbolizer
    ).text
    recorder.end(
      sentence,
      isAsExpected: demo.isShown(
        by: end, machine.screen, firstVector: recorder.tape.firstVector), at: machine.now)
    return (recorder.tape, sentence)
  }

  private func run(_ machine: Machine, _ goals: SessionGoals) throws(Session.Failure) -> SessionEnd
  {
    let signals = SignalWatch(SignalWatch.endings)
    defer { signals.stop() }
    var session = HeadlessSession(
      machine, collector: OutputCollector(com1: nil, debugcon: nil, until: nil), goals: goals,
      wallClock: WallClock.now, signal: { signals.take().first })
    do throws(SessionError) {
      let end = try session.run()
      if case .signal(let number) = end { TerminalRescue.die(by: number) }
      return end
    } catch {
      throw .internalError("\(error)")
    }
  }

  private func path(of image: Demo.Image) throws(Session.Failure) -> String {
    let file = "\(image.rawValue).elf"
    let candidates = ImageSearch.candidates(
      for: file, environment: host.environment, executable: host.executable)
    if let found = candidates.first(where: host.exists) { return found }
    throw .cannotBoot(
      "\(file), which comes with kemu, is neither in $KEMU_IMAGES, nor in ../share/kemu beside the "
        + "program, nor in images/ of its checkout; `make images` builds it")
  }

  // MARK: - The person

  private func play(_ tape: DemoTape, on terminal: Terminal) throws(Session.Failure) {
    let signals = SignalWatch(SignalWatch.endings + SignalWatch.terminal)
    let player = DemoPlayer(
      tape, on: terminal, signals: signals, depth: ColorDepth(environment: host.environment))
    let end: DemoPlayer.End
    do throws(SessionError) {
      end = try player.run()
    } catch {
      throw .internalError("\(error)")
    }
    signals.stop()
    if case .signal(let number) = end {
      host.say("ended by \(StopSentence.name(signal: number))")
      TerminalRescue.die(by: number)
    }
  }

  /// The whole trace, and the last screen from its first row in use on.
  private func text(of tape: DemoTape) -> String {
    let terminal = host.terminal()
    let depth =
      terminal == nil
      ? ColorDepth.forced(by: host.environment) : ColorDepth(environment: host.environment)
    let hasColors = depth != nil && depth != ColorDepth.none
    var text = ""
    for scene in tape.scenes {
      if case .end = scene.event { continue }
      text += scene.text(
        of: tape.demo, width: min(terminal?.extent.columns ?? 80, 110), hasColors: hasColors,
        symbolizer: tape.symbolizer)
    }
    guard let screen = tape.scenes.last?.screen, !screen.plainText.isEmpty else { return text }
    let rows = (depth.map(screen.coloredText) ?? screen.plainText).split(
      separator: "\n", omittingEmptySubsequences: false)
    let used = (0..<TextScreen.rows).first { !screen.characters(inRow: $0).isEmpty } ?? 0
    return text + "\nthe screen\n" + rows.dropFirst(used).joined(separator: "\n")
  }
}
