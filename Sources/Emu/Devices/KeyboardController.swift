// SPDX-License-Identifier: GPL-2.0-or-later

// The 8042 keyboard controller at ports 0x60 (data) and 0x64 (status, command).
//
// Models   status, output buffer, configuration byte, translation to set 1, the commands of the AT
//          and of the PS/2 with an auxiliary port that nothing is plugged into, output port with
//          A20 and reset.
// Leaves   the time that the input buffer takes (it is always empty); the controller's own memory
// out      but for the configuration byte; passwords; a mouse.
// Timing   After the output buffer was read it stays empty for a microsecond of guest time: long
//          enough for the interrupt line to be seen low, short enough for guests that wait a
//          number of polls. Writing to the controller ends the wait.
// Source   IBM PS/2 Hardware Interface Technical Reference, "Keyboard and Auxiliary Device
//          Controller"; IBM PC AT Technical Reference, "Keyboard Controller".

/// An 8042 keyboard controller with its keyboard.
struct KeyboardController: Equatable, Sendable {
  // status   7       6        5        4        3        2       1       0
  //        parity  timeout  aux OBF  unlocked command  system   IBF     OBF
  private enum Status {
    static let outputFull: UInt8 = 0x01
    static let selfTestDone: UInt8 = 0x04
    static let lastWriteWasCommand: UInt8 = 0x08
    static let unlocked: UInt8 = 0x10
    static let auxiliary: UInt8 = 0x20
    static let timeout: UInt8 = 0x40
  }

  // configuration   7     6          5            4          3     2        1          0
  //                 0  translate  aux disabled  kbd disabled  0  system  aux IRQ12  kbd IRQ1
  private enum Configuration {
    static let keyboardInterrupt: UInt8 = 0x01
    static let auxiliaryInterrupt: UInt8 = 0x02
    static let keyboardDisabled: UInt8 = 0x10
    static let auxiliaryDisabled: UInt8 = 0x20
    static let translate: UInt8 = 0x40
  }

  // output port   7         6          5      4     3    2    1     0
  //             kbd data  kbd clock  IRQ12  IRQ1   aux  aux  A20  not reset
  private enum OutputPort {
    static let notReset: UInt8 = 0x01
    static let a20: UInt8 = 0x02
    static let keyboardInterrupt: UInt8 = 0x10
    static let auxiliaryInterrupt: UInt8 = 0x20
  }

  /// A byte for the output buffer with its status bits.
  private struct Output: Equatable {
    var byte: UInt8
    var status: UInt8 = 0
    /// Whether it came from a key, not from a command's answer.
    var isKey = false
  }

  /// How long the output buffer stays empty after it was read, in nanoseconds.
  static let refillTime: UInt64 = 1000

  private(set) var keyboard = Keyboard()
  /// As a PC's BIOS leaves it: translating, IRQ 1 on, the auxiliary port off.
  private var configuration: UInt8 = 0x61
  private var outputPort: UInt8 = 0xCF
  private var lastWriteWasCommand = true
  /// The command whose data byte comes next through port 0x60.
  private var command: UInt8?

  /// The output buffer; its last byte can be read again.
  private var output = Output(byte: 0)
  private var isFull = false
  private var refillAfter = GuestTime.zero
  /// What the controller itself has to say next; it goes before the keyboard's bytes.
  private var answer: Output?

  /// Whether address line 20 is let through.
  var a20: Bool { outputPort & OutputPort.a20 != 0 }

  /// Whether the guest has read every key that was typed.
  var isDrained: Bool { keyboard.isDrained && !(isFull && output.isKey) }

  /// Whether the controller asks for IRQ 1 at `now`: a byte of the keyboard is waiting.
  func irqLine(at now: GuestTime) -> Bool {
    guard isFull || now >= refillAfter else { return false }
    return waiting.map { interrupt(for: $0) == OutputPort.keyboardInterrupt } ?? false
  }

  /// The first moment after `moment` at which IRQ 1 rises if nothing is read, written or typed
  /// meanwhile; nil if it does not.
  func nextInterrupt(after moment: GuestTime) -> GuestTime? {
    moment < refillAfter && irqLine(at: refillAfter) && !isFull ? refillAfter : nil
  }

  /// Presses and releases keys, given as bytes of set 1; false, and none is taken, if the
  /// keyboard's buffer has no room for all of them.
  mutating func type(_ scancodes: [UInt8]) -> Bool { keyboard.type(scancodes) }

  /// Reads port 0x60 (offset 0) or 0x64 (offset 4).
  mutating func read(offset: UInt16, now: GuestTime) -> UInt8 {
    refill(at: now)
    return offset == 0 ? readData(now) : status
  }

  /// Writes port 0x60 (offset 0) or 0x64 (offset 4).
  mutating func write(offset: UInt16, value: UInt8, now: GuestTime) -> Signal? {
    refillAfter = .zero
    refill(at: now)
    defer { refill(at: now) }
    lastWriteWasCommand = offset != 0
    return offset == 0 ? writeData(value) : writeCommand(value)
  }
}

// MARK: - Output buffer

extension KeyboardController {
  private var canReceive: Bool { configuration & Configuration.keyboardDisabled == 0 }

  private mutating func refill(at now: GuestTime) {
    guard !isFull, now >= refillAfter else { return }
    if let answer {
      self.answer = nil
      output = answer
      isFull = true
      return
    }
    let isKey = keyboard.sendsKeyNext
    let isTranslated = configuration & Configuration.translate != 0
    if canReceive, let byte = keyboard.send(translated: isTranslated) {
      output = Output(byte: byte, isKey: isKey)
      isFull = true
    }
  }

  private mutating func readData(_ now: GuestTime) -> UInt8 {
    if isFull {
      isFull = false
      refillAfter = GuestTime(nanoseconds: now.nanoseconds &+ Self.refillTime)
    }
    return output.byte
  }

  private var status: UInt8 {
    (isFull ? Status.outputFull | output.status : 0)
      | (lastWriteWasCommand ? Status.lastWriteWasCommand : 0)
      | Status.unlocked | Status.selfTestDone
  }

  /// The status bits of the byte that is in the output buffer or goes there next, if there is one.
  private var waiting: UInt8? {
    if isFull { return output.status }
    if let answer { return answer.status }
    return canReceive && keyboard.hasByte ? 0 : nil
  }

  /// The interrupt bit of the output port that a byte with these status bits drives.
  private func interrupt(for status: UInt8) -> UInt8 {
    if status & Status.auxiliary != 0 {
      return configuration & Configuration.auxiliaryInterrupt != 0
        ? OutputPort.auxiliaryInterrupt : 0
    }
    return configuration & Configuration.keyboardInterrupt != 0 ? OutputPort.keyboardInterrupt : 0
  }
}

// MARK: - Commands

extension KeyboardController {
  private mutating func writeCommand(_ value: UInt8) -> Signal? {
    command = nil
    switch value {
    case 0x20: answer = Output(byte: configuration)
    case 0x60, 0xD1, 0xD2, 0xD3, 0xD4: command = value
    case 0xA7: configuration |= Configuration.auxiliaryDisabled
    case 0xA8: configuration &= ~Configuration.auxiliaryDisabled
    case 0xA9: answer = Output(byte: 0x00)  // The auxiliary port's lines are fine.
    case 0xAA: answer = Output(byte: 0x55)  // Self-test passed.
    case 0xAB: answer = Output(byte: 0x00)  // The keyboard port's lines are fine.
    case 0xAD: configuration |= Configuration.keyboardDisabled
    case 0xAE: configuration &= ~Configuration.keyboardDisabled
    case 0xC0: answer = Output(byte: 0x80)  // Input port: the keyboard is not locked.
    case 0xD0:
      answer = Output(byte: outputPort & 0xCF | (isFull ? interrupt(for: output.status) : 0))
    // Pulse those of the output port's bits 3..0 low that are clear; bit 0 is the reset line.
    case 0xF0...0xFF where value & 0x01 == 0: return .reset(.keyboardController)
    default: break
    }
    return nil
  }

  private mutating func writeData(_ value: UInt8) -> Signal? {
    defer { command = nil }
    switch command {
    case 0x60: configuration = value & 0x77
    case 0xD1:
      outputPort = value
      if value & OutputPort.notReset == 0 { return .reset(.keyboardController) }
    case 0xD2: answer = Output(byte: value)
    case 0xD3: answer = Output(byte: value, status: Status.auxiliary)
    // Nobody answers at the auxiliary port: FE with the timeout bit.
    case 0xD4: answer = Output(byte: 0xFE, status: Status.auxiliary | Status.timeout)
    default:
      // Talking to the keyboard opens its port again.
      configuration &= ~Configuration.keyboardDisabled
      keyboard.receive(value)
    }
    return nil
  }
}
