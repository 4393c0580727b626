// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The two 8259 interrupt controllers of a PC: sixteen lines, of which the third is where the second
/// controller hangs.
///
/// The BIOS has left them with vectors 8 to 15, which are exceptions in protected mode: nothing may be
/// let through before `initialize`.
struct InterruptControllers<Ports: PortSpace> {
  /// How they are reached.
  let ports: Ports

  /// The vector of line 0; the others follow.
  static var firstVector: UInt8 { 32 }
  /// The lines by number.
  enum Line: UInt8 {
    case timer = 0
    case keyboard = 1
    case second = 2
    case com1 = 4
  }

  /// Moves the vectors behind the exceptions, and lets no line through but the one between the two.
  func initialize() {
    ports.write(PICWord.initialize, to: .pic1Command)
    ports.write(PICWord.initialize, to: .pic2Command)
    ports.write(Self.firstVector, to: .pic1Data)
    ports.write(Self.firstVector + 8, to: .pic2Data)
    ports.write(PICWord.secondOnLine2, to: .pic1Data)
    ports.write(PICWord.onLine2, to: .pic2Data)
    ports.write(PICWord.mode8086, to: .pic1Data)
    ports.write(PICWord.mode8086, to: .pic2Data)
    ports.write(~(1 << Line.second.rawValue), to: .pic1Data)
    ports.write(0xFF, to: .pic2Data)
  }

  /// Lets `line` through from now on.
  func enable(_ line: Line) {
    ports.write(ports.read(.pic1Data) & ~(1 << line.rawValue), to: .pic1Data)
  }

  /// Whether the interrupt of `line` is one; if not, nothing is to be done about it.
  ///
  /// A request that goes away before it is acknowledged comes as line 7 of its controller, and nothing
  /// is in service then (Intel 8259A data sheet, "The 8259A's default IR7"). When it was the second
  /// controller's, the first one believes in it, and has to be told of its end.
  func isGenuine(_ line: UInt8) -> Bool {
    guard line & 7 == 7 else { return true }
    let command: Port = line < 8 ? .pic1Command : .pic2Command
    ports.write(PICWord.readInService, to: command)
    if ports.read(command) & 0x80 != 0 { return true }
    if line >= 8 { ports.write(PICWord.endOfInterrupt, to: .pic1Command) }
    return false
  }

  /// Tells the controllers that the interrupt of `line` has been handled: until then, it and those
  /// behind it do not come again.
  func end(_ line: UInt8) {
    if line >= 8 { ports.write(PICWord.endOfInterrupt, to: .pic2Command) }
    ports.write(PICWord.endOfInterrupt, to: .pic1Command)
  }
}
