// SPDX-License-Identifier: GPL-2.0-or-later

// The interval timer: an 8254 with its three counters at ports 0x40...0x42 and the control word at
// 0x43.
//
// Models   all six modes, binary and decimal; low byte, high byte and both; the latch and read-back
//          commands; the gate of counter 2.
// Leaves   what an element shows before its first load (here 0); counts of 1 in modes 2 and 3, which
// out      the data sheet forbids (the output stays low in mode 2 and high in mode 3).
// Source   Intel 82C54 data sheet (231244), "Programming the 82C54", "Read Operations", "Mode
//          Definitions".

/// An 8254 interval timer.
struct PIT8254: Equatable, Sendable {
  private var channels: [PITChannel]

  /// A timer as a PC's BIOS leaves it: counter 0 ticks at 18.2 Hz (in mode 2, as SeaBIOS has it), counter 1 times the refresh of
  /// dynamic RAM, counter 2 is free and its gate closed.
  init() {
    channels = [
      PITChannel(control: 0x34, gate: true, count: 0),
      PITChannel(control: 0x54, gate: true, count: 18),
      PITChannel(control: 0xB0, gate: false, count: nil),
    ]
  }

  /// Reads the register at `offset`: a counter for 0...2; the control word cannot be read.
  mutating func read(offset: UInt16, now: GuestTime) -> UInt8 {
    guard offset < 3 else { return 0xFF }
    return channels[Int(offset)].read(at: Oscillator.timer.pulses(at: now))
  }

  /// Writes the register at `offset`: a counter for 0...2, the control word for 3.
  mutating func write(offset: UInt16, value: UInt8, now: GuestTime) {
    let pulse = Oscillator.timer.pulses(at: now)
    guard offset >= 3 else { return channels[Int(offset)].write(value, at: pulse) }
    //   7 6       5 4            3 2 1   0
    // counter  access / latch     mode  decimal
    switch (value >> 6, value >> 4 & 3) {
    case (3, _): readBack(value, at: pulse)
    case (let counter, 0): channels[Int(counter)].latchCount(at: pulse)
    case (let counter, _): channels[Int(counter)].program(control: value, at: pulse)
    }
  }

  //  7 6   5           4           3         2         1       0
  //  1 1   not count   not status  counter 2 counter 1 counter 0  0
  private mutating func readBack(_ command: UInt8, at pulse: UInt64) {
    for counter in channels.indices where command >> (1 + counter) & 1 == 1 {
      if command & 0x20 == 0 { channels[counter].latchCount(at: pulse) }
      if command & 0x10 == 0 { channels[counter].latchStatus(at: pulse) }
    }
  }

  /// The output of counter `counter`, 0...2, at `now`.
  func output(_ counter: Int, at now: GuestTime) -> Bool {
    channels[counter].counter.advanced(to: Oscillator.timer.pulses(at: now)).out
  }

  /// Opens or closes the gate of counter 2; those of the others are wired open.
  mutating func setGate2(_ gate: Bool, now: GuestTime) {
    channels[2].setGate(gate, at: Oscillator.timer.pulses(at: now))
  }

  /// IRQ 0, which is the output of counter 0, at `now`, and the first moments after that at which it
  /// changes and rises if nothing is written meanwhile; nil if it does not.
  func line(at now: GuestTime) -> (level: Bool, change: GuestTime?, rise: GuestTime?) {
    let pulse = Oscillator.timer.pulses(at: now)
    let counter = channels[0].counter.advanced(to: pulse)
    guard let change = counter.nextChange(after: pulse) else { return (counter.out, nil, nil) }
    let rise = counter.nextRise(from: change).flatMap(Oscillator.timer.moment(ofPulse:))
    return (counter.out, Oscillator.timer.moment(ofPulse: change), rise)
  }
}
