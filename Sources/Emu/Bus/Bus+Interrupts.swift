// SPDX-License-Identifier: GPL-2.0-or-later

// The interrupt lines: from the devices to the controllers, from the controllers to the processor.
//
// A device's line changes in two ways. An access changes it: then the line is looked at right after
// the access. Or time does: then the device can say when, and the line is looked at when somebody
// asks about interrupts at that moment or later. So between changes nobody pays for a look.
//
// However late that is, nothing that the controllers could have noticed is lost. Only the timer's
// line can both fall and rise between two looks, and all that is left of any number of such pulses
// is one edge and the last level, since a request is one bit.
extension Bus {
  /// Whether the interrupt controllers ask for the processor at `now`: the level of INT.
  @inline(__always)
  public mutating func pendingInterrupt(at now: GuestTime) -> Bool {
    sampleInterrupts(at: now)
    return pic.int
  }

  /// The line that `acknowledge(at:)` would answer to at `now`; nil while INT is low, and if the
  /// slave called and has withdrawn, so that the answer would be a spurious vector.
  public mutating func pendingIRQ(at now: GuestTime) -> IRQ? {
    sampleInterrupts(at: now)
    return pic.next
  }

  /// Acknowledges the interrupt of the highest priority as the processor does and gives its vector,
  /// 0...255; with nothing to acknowledge, the spurious one of IRQ 7.
  public mutating func acknowledge(at now: GuestTime) -> UInt8 {
    sampleInterrupts(at: now)
    return pic.acknowledge()
  }

  /// Whether an NMI gets to the processor: bit 7 of port 0x70 keeps it away (IBM PC AT Technical
  /// Reference, "System Board", "Non-Maskable Interrupt (NMI)").
  public var letsNMIThrough: Bool { !rtc.masksNMI }

  /// Brings the controllers up to date with what time has done to the lines until `now`.
  @inline(__always)
  mutating func sampleInterrupts(at now: GuestTime) {
    if now >= lineChanges.first { catchUp(to: now) }
  }

  private mutating func catchUp(to now: GuestTime) {
    if now >= lineChanges.timer {
      // It was low at some moment since the last look, or is so now.
      pic.set(.timer, false)
      watchTimer(at: now)
    }
    if now >= lineChanges.keyboard { watchKeyboard(at: now) }
    if now >= lineChanges.clock { watchClock(at: now) }
  }
}

extension Bus {
  /// Whether reading at `port` can change an interrupt line, when one next changes, or what the controllers
  /// make of it. Reading the timer, which guests do in tight loops, changes nothing.
  @inline(__always)
  static func readConcernsInterrupts(_ port: UInt16, _ width: AccessWidth) -> Bool {
    width != .byte || (Chip(port: port) != .pit && writeConcernsInterrupts(port, .byte))
  }

  /// The same for writing. An access that is wider than a byte goes on at the next ports, which may be those of others.
  @inline(__always)
  static func writeConcernsInterrupts(_ port: UInt16, _ width: AccessWidth) -> Bool {
    // swift-format-ignore
    switch Chip(port: port) {
    case .picMaster, .picSlave, .picControl, .pit, .keyboardController, .rtc, .com1: true
    default:                                                                         width != .byte
    }
  }
}

// MARK: - Looking at a line

extension Bus {
  mutating func watchTimer(at now: GuestTime) {
    let line = pit.line(at: now)
    pic.set(.timer, line.level)
    lineChanges.timer = line.change ?? LineChanges.never
    lineChanges.timerRise = line.rise ?? LineChanges.never
  }

  mutating func watchKeyboard(at now: GuestTime) {
    pic.set(.keyboard, keyboardController.irqLine(at: now))
    lineChanges.keyboard = keyboardController.nextInterrupt(after: now) ?? LineChanges.never
  }

  mutating func watchClock(at now: GuestTime) {
    pic.set(.clock, rtc.irqLine(at: now))
    lineChanges.clock = rtc.nextInterrupt(after: now) ?? LineChanges.never
  }

  mutating func watchCOM1() { pic.set(.com1, com1.irqLine) }
}

// MARK: - What comes next

extension Bus {
  /// The first moment after `now` at which INT rises if the guest and the outside do nothing; nil if
  /// it does not.
  ///
  /// Lines that are masked, or wait behind an interrupt in service, raise nothing and count for
  /// nothing.
  public mutating func nextInterruptMoment(after now: GuestTime) -> GuestTime? {
    sampleInterrupts(at: now)
    guard pic.int else { return lineChanges.nextRise(in: pic, timer: true) }
    // It is high and rises again only if it falls, and by itself only the timer's line falls.
    var fallen = pic
    fallen.set(.timer, false)
    guard !fallen.int, lineChanges.timer < LineChanges.never else { return nil }
    // The others then stay high.
    let held = lineChanges.nextRise(in: fallen, timer: false)
    if let held, held <= lineChanges.timer { return nil }
    return lineChanges.nextRise(in: fallen, timer: true)
  }
}

// MARK: - The controllers' ports

extension Bus {
  mutating func readPIC(_ port: UInt16, _ now: GuestTime) -> UInt8 {
    sampleInterrupts(at: now)
    return switch Chip(port: port) {
    case .picMaster: pic.readMaster(offset: port & 1)
    case .picSlave: pic.readSlave(offset: port & 1)
    default: pic.readControl(offset: port & 1)
    }
  }

  mutating func writePIC(_ port: UInt16, _ value: UInt8, _ now: GuestTime) {
    sampleInterrupts(at: now)
    switch Chip(port: port) {
    case .picMaster: pic.writeMaster(offset: port & 1, value: value)
    case .picSlave: pic.writeSlave(offset: port & 1, value: value)
    default: pic.writeControl(offset: port & 1, value: value)
    }
  }
}
