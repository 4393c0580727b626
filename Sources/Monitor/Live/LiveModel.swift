// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// All that a live session shows, and how keys change it; no terminal and no machine in it.
struct LiveModel: Equatable {
  /// What the guest is doing.
  enum Activity: Equatable {
    case running
    /// In HLT with interrupts on.
    case waiting
  }

  /// What the status line says of the guest.
  struct Status: Equatable {
    var activity = Activity.running
    var mode = Processor.Mode.real16
    var instructions: UInt64 = 0
    /// Millions of instructions in a second of wall-clock time.
    var mips: UInt64 = 0
    /// The next instruction's address, and its symbol if known.
    var address = ""
    var symbol: String?
  }

  /// Something that happened.
  enum Message: Equatable {
    case input(KeyDecoder.Input)
    case resized(Extent)
    case screen(TextScreen)
    case status(Status)
    /// The last lines of the trace, as many as the terminal has or what there are.
    case trace([[Cell]])
    /// The hint has been there long enough.
    case hintExpired
    /// The guest does not read its keyboard.
    case keyboardFull
  }

  /// What is to be done about it.
  enum Effect: Equatable {
    case type(KeyPress)
    case quit
    case suspend
    /// Press the button for a non-maskable interrupt.
    case raiseNMI
  }

  /// Which rows a terminal shows that has not room for all of them.
  enum Window: Equatable {
    /// Those around the guest's cursor.
    case following
    case top, bottom
  }

  let escape: EscapeKey
  var extent: Extent
  var screen: TextScreen
  var status = Status()
  /// The last lines of the trace; nil if nothing is traced.
  var trace: [[Cell]]?
  var window = Window.following
  /// Whether the escape key was pressed and its command has not come yet.
  var isEscaped = false
  var isHelpShown = false
  /// Whether a row is kept for the status line.
  var isStatusShown = true
  /// A short remark in place of the status.
  var hint: String?

  /// A session's start.
  init(extent: Extent, screen: TextScreen, escape: EscapeKey, isTraced: Bool = false) {
    trace = isTraced ? [] : nil
    self.extent = extent
    self.screen = screen
    self.escape = escape
  }

  /// Takes in what happened and says what is to be done.
  mutating func update(_ message: Message) -> [Effect] {
    switch message {
    case .input(let input): return take(input)
    case .resized(let extent): self.extent = extent
    case .screen(let screen): self.screen = screen
    case .status(let status): self.status = status
    case .trace(let lines): trace = lines
    case .hintExpired: hint = nil
    case .keyboardFull: hint = "the guest does not read its keyboard"
    }
    return []
  }

  private mutating func take(_ input: KeyDecoder.Input) -> [Effect] {
    hint = nil
    if isHelpShown {
      isHelpShown = false
      // A command that was just read there is carried out; any other key only closes the help.
      isEscaped = input == .key(escape.keyPress)
      return []
    }
    switch input {
    case .key(let press) where isEscaped:
      isEscaped = false
      return command(press)
    case .key(escape.keyPress):
      isEscaped = true
      return []
    case .key(let press), .pasted(let press):
      window = .following
      return [.type(press)]
    case .untypable(let scalar):
      isEscaped = false
      hint = "\(scalar) is not on the guest's keyboard (US layout)"
      return []
    }
  }

  private mutating func command(_ press: KeyPress) -> [Effect] {
    if press == escape.keyPress { return [.type(press)] }
    switch press.key {
    case .x: return [.quit]
    case .h: isHelpShown = true
    case .z: return [.suspend]
    case .n:
      hint = "NMI: what a PC's NMI button does"
      return [.raiseNMI]
    case .s: isStatusShown.toggle()
    case .up: window = .top
    case .down: window = .bottom
    // A change of mind.
    case .escape: break
    default: hint = "\(escape.name) has no such command; \(escape.name) h shows them"
    }
    return []
  }
}
