// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

#if !os(Linux)
  /// The interrupts of devices: timer, keyboard, serial port.
  enum Interrupts {
    private static var controllers: InterruptControllers<ProcessorPorts> {
      InterruptControllers(ports: ProcessorPorts())
    }

    // The handlers' own: interrupts are off in them, and while `nextCharacter` looks.
    nonisolated(unsafe) private static var keys = KeyDecoder()
    nonisolated(unsafe) private static var input = ByteQueue()

    /// Sets the devices up, the timer for `hertz` ticks in a second, and lets interrupts through.
    static func open(hertz: UInt32 = Timer.usual) {
      controllers.initialize()
      Timer.start(ProcessorPorts(), hertz: hertz)
      SerialPort.com1().enableInput()
      controllers.enable(.timer)
      controllers.enable(.keyboard)
      controllers.enable(.com1)
      enable_interrupts()
    }

    /// Handles the interrupt of `line`, with interrupts off.
    static func handle(_ line: UInt8) {
      guard controllers.isGenuine(line) else { return }
      switch InterruptControllers<ProcessorPorts>.Line(rawValue: line) {
      case .timer: Timer.tick()
      case .keyboard:
        if let character = keys.decode(ProcessorPorts().read(.keyboardData)) {
          input.append(character)
        }
      case .com1: takeSerialInput()
      default: break
      }
      controllers.end(line)
    }

    /// A terminal sends carriage return for Enter, and DEL for Backspace.
    private static func takeSerialInput() {
      while let byte = SerialPort.com1AsIs.read() {
        input.append(byte == 0x0D ? UInt8(ascii: "\n") : byte == 0x7F ? 0x08 : byte)
      }
    }

    /// Waits for a character that is typed, here or at the other end of COM1.
    static func nextCharacter() -> UInt8 {
      while true {
        disable_interrupts()
        if let byte = input.removeFirst() {
          enable_interrupts()
          return byte
        }
        // No interrupt comes between the two: one that did would be waited for in vain.
        enable_interrupts_and_halt()
      }
    }

    /// Waits for `count` ticks of the timer.
    static func wait(ticks count: UInt64) {
      let end = Timer.ticks + count
      while Timer.ticks < end {
        disable_interrupts()
        if Timer.ticks < end { enable_interrupts_and_halt() }
        enable_interrupts()
      }
    }
  }
#endif
