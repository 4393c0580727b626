// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

extension PC {
  /// Moves on to timer pulse `pulse`.
  fileprivate mutating func wait(untilPulse pulse: UInt64) {
    if let moment = Oscillator.timer.moment(ofPulse: pulse) { now = moment }
  }

  /// Latches and reads counter `counter`, which moves two bytes.
  fileprivate mutating func latchedCount(_ counter: UInt16) -> UInt32 {
    out(0x43, UInt32(counter) << 6)
    return self.in(0x40 + counter) | self.in(0x40 + counter) << 8
  }

  fileprivate mutating func status(_ counter: UInt16) -> UInt32 {
    out(0x43, 0xE0 | 2 << UInt32(counter))
    return self.in(0x40 + counter)
  }

  /// Programs counter 2 for two bytes and writes `count`.
  fileprivate mutating func program2(mode: UInt32, decimal: Bool = false, count: UInt32) {
    out(0x43, 0xB0 | mode << 1 | (decimal ? 1 : 0))
    out(0x42, count & 0xFF)
    out(0x42, count >> 8)
  }
}

@Suite struct PIT8254Tests {
  /// Element and output of counter 2 pulse by pulse after the count is written, gate open; the
  /// waveforms are those of the data sheet's figures 15 to 20.
  @Test(
    arguments: [
      (0, 4, [4, 3, 2, 1, 0, 65535, 65534], "____###"),
      (2, 3, [3, 2, 1, 3, 2, 1, 3], "##_##_#"),
      (3, 4, [4, 2, 4, 2, 4, 2, 4], "##__##_"),
      (3, 5, [4, 2, 0, 4, 2, 4, 2], "###__##"),
      (4, 3, [3, 2, 1, 0, 65535, 65534], "###_##"),
    ] as [(UInt32, UInt32, [UInt32], String)])
  func waveform(mode: UInt32, count: UInt32, elements: [UInt32], out: String) {
    var pc = PC()
    pc.out(0x61, 0x01)
    pc.program2(mode: mode, count: count)
    for (pulse, (element, level)) in zip(UInt64(1)..., zip(elements, out)) {
      pc.wait(untilPulse: pulse)
      #expect(pc.latchedCount(2) == element, "pulse \(pulse)")
      #expect((pc.in(0x61) & 0x20 != 0) == (level == "#"), "pulse \(pulse)")
    }
  }

  @Test(arguments: [(1, "_____####"), (5, "#####_###")] as [(UInt32, String)])
  func gateTriggersModes1And5(mode: UInt32, out: String) {
    var pc = PC()
    pc.program2(mode: mode, count: 5)
    pc.wait(untilPulse: 10)
    #expect(pc.in(0x61) & 0x20 != 0)
    #expect(pc.status(2) & 0x40 != 0)
    pc.out(0x61, 0x01)
    for (pulse, level) in zip(UInt64(11)..., out) {
      pc.wait(untilPulse: pulse)
      // Closing the gate again changes nothing.
      if pulse == 13 { pc.out(0x61, 0x00) }
      #expect((pc.in(0x61) & 0x20 != 0) == (level == "#"), "pulse \(pulse)")
    }
  }

  @Test func counterCountsExactlyOverAYear() {
    var pc = PC()
    // 65536 from the first pulse on, in mode 2.
    let pulses: UInt64 = 1_193_182 * 86_400 * 365
    pc.wait(untilPulse: pulses)
    #expect(pc.latchedCount(0) == UInt32((65536 - (pulses - 1) % 65536) % 65536))
  }

  @Test(
    arguments: [
      (0, 0), (838, 0), (839, 1), (1_000_000_000, 1_193_182), (999_999_999, 1_193_181),
      (.max, 22_010_322_987_356_910),
    ] as [(UInt64, UInt64)])
  func pulsesAreExact(nanoseconds: UInt64, pulses: UInt64) {
    #expect(Oscillator.timer.pulses(at: GuestTime(nanoseconds: nanoseconds)) == pulses)
  }

  @Test(arguments: 0..<1000 as Range<UInt64>)
  func momentOfAPulseIsItsFirstNanosecond(step: UInt64) throws {
    let pulse = 1 + step * 7_919_000_117
    let moment = try #require(Oscillator.timer.moment(ofPulse: pulse))
    #expect(Oscillator.timer.pulses(at: moment) == pulse)
    let before = GuestTime(nanoseconds: moment.nanoseconds - 1)
    #expect(Oscillator.timer.pulses(at: before) == pulse - 1)
  }

  @Test func pulseBeyondTheEndOfTimeHasNoMoment() {
    #expect(Oscillator.timer.moment(ofPulse: .max) == nil)
  }

  @Test(
    arguments: [
      (0x10, 0x34, [0x34, 0x34]), (0x20, 0x12, [0x12, 0x12]), (0x30, 0x1234, [0x34, 0x12, 0x34]),
    ] as [(UInt32, UInt32, [UInt32])])
  func accessModeChoosesTheBytes(access: UInt32, count: UInt32, bytes: [UInt32]) {
    var pc = PC()
    pc.out(0x43, 0x80 | access)
    if access == 0x30 { pc.out(0x42, count & 0xFF) }
    pc.out(0x42, access == 0x10 || access == 0x20 ? count : count >> 8)
    pc.wait(untilPulse: 1)
    for byte in bytes { #expect(pc.in(0x42) == byte) }
  }

  @Test func latchHoldsUntilBothBytesAreRead() {
    var pc = PC()
    pc.out(0x61, 0x01)
    pc.program2(mode: 0, count: 0x0300)
    pc.wait(untilPulse: 1)
    pc.out(0x43, 0x80)
    pc.wait(untilPulse: 2)
    pc.out(0x43, 0x80)  // The second latch is ignored.
    #expect(pc.in(0x42) == 0x00)
    pc.wait(untilPulse: 100)
    #expect(pc.in(0x42) == 0x03)
    #expect(pc.in(0x42) == 0x9D)  // 0x300 - 99, not latched.
    #expect(pc.in(0x42) == 0x02)
  }

  @Test func readBackGivesStatusBeforeCountOfEveryCounter() {
    var pc = PC()
    pc.wait(untilPulse: 1)
    pc.out(0x43, 0xCE)
    pc.wait(untilPulse: 5)
    #expect(pc.in(0x40) == 0xB4)
    #expect(pc.in(0x40) == 0x00)
    #expect(pc.in(0x40) == 0x00)
    #expect(pc.in(0x41) == 0x94)
    #expect(pc.in(0x41) == 18)
    #expect(pc.in(0x42) == 0x70)  // Null count: nothing was written yet.
  }

  @Test func decimalCounterWrapsAtTenThousand() {
    var pc = PC()
    pc.out(0x61, 0x01)
    pc.program2(mode: 0, decimal: true, count: 0x1000)
    pc.wait(untilPulse: 2)
    #expect(pc.latchedCount(2) == 0x0999)
    pc.wait(untilPulse: 1002)
    #expect(pc.latchedCount(2) == 0x9999)
  }

  @Test func controlWordCannotBeRead() {
    var pc = PC()
    #expect(pc.in(0x43) == 0xFF)
  }

  @Test func port61ReadsBackItsLatchAndTogglesWithTheRefresh() {
    var pc = PC()
    pc.out(0x61, 0xFF)
    #expect(pc.in(0x61) & 0xCF == 0x0F)
    var toggles = 0
    var last = pc.in(0x61) & 0x10
    for _ in 0..<1000 {
      pc.wait(nanoseconds: 1000)
      let refresh = pc.in(0x61) & 0x10
      if refresh != last { toggles += 1 }
      last = refresh
    }
    #expect(toggles == 66)  // 1 ms / 15.085 us
  }

  /// Random programs on counter 2, whose gate the guest holds, against the stepped counter.
  @Test(arguments: 1...60)
  func counterAgreesWithTheSteppedOne(seed: UInt64) {
    var random = FixedRandom(state: seed)
    var pc = PC()
    var stepped = SteppedCounter(mode: 0, decimal: false, gate: false)
    var isProgrammed = false
    for pulse in 1...3000 as ClosedRange<UInt64> {
      pc.wait(untilPulse: pulse)
      stepped.clock()
      let dice = isProgrammed ? random.next(upperBound: 60 as UInt) : 0
      switch dice {
      case 0:
        let mode = UInt32.random(in: 0...7, using: &random)
        let decimal = Bool.random(using: &random)
        pc.out(0x43, 0xB0 | mode << 1 | (decimal ? 1 : 0))
        stepped = SteppedCounter(
          mode: Int(mode > 5 ? mode - 4 : mode), decimal: decimal, gate: stepped.gate)
        isProgrammed = true
      case 1...6:
        // 1 is forbidden in modes 2 and 3; 0 is the longest.
        let lowest: UInt32 = [2, 3].contains(stepped.mode) ? 2 : 1
        let isLong = random.next(upperBound: 10 as UInt) == 0
        let count = isLong ? 0 : UInt32.random(in: lowest...9, using: &random)
        pc.out(0x42, count)
        stepped.writeFirstByte()
        pc.out(0x42, 0)
        stepped.write(Int(count))
      case 7:
        pc.out(0x42, 0x08)
        stepped.writeFirstByte()
        // The second byte may come any time later.
        for later in 1...UInt64.random(in: 1...5, using: &random) {
          pc.wait(untilPulse: pulse + later)
          #expect((pc.in(0x61) & 0x20 != 0) == stepped.clocked(Int(later)).out)
        }
        pc.wait(untilPulse: pulse)
        pc.out(0x42, 0x00)
        stepped.write(8)
      case 8...14:
        pc.out(0x61, pc.in(0x61) & 1 ^ 1)
        stepped.set(gate: !stepped.gate)
      default: break
      }
      let status = pc.status(2)
      #expect((status & 0x80 != 0) == stepped.out, "pulse \(pulse) mode \(stepped.mode)")
      #expect((status & 0x40 != 0) == stepped.isNull, "pulse \(pulse) mode \(stepped.mode)")
      let digits = Int(pc.latchedCount(2))
      let count =
        stepped.modulus == 65536
        ? digits : (0..<4).reduce(0) { $0 * 10 + (digits >> (12 - 4 * $1) & 0xF) }
      #expect(count == stepped.element, "pulse \(pulse) mode \(stepped.mode)")
    }
  }

  /// The same random programs seen only now and then, so that the counter has to jump.
  @Test(arguments: 1...200)
  func counterThatJumpsAgreesWithTheSteppedOne(seed: UInt64) {
    var random = FixedRandom(state: seed)
    let mode = UInt8.random(in: 0...5, using: &random)
    let decimal = Bool.random(using: &random)
    var counter = PITCounter(
      mode: PITCounter.Mode(bits: mode), decimal: decimal, gate: true, pulse: 0)
    var stepped = SteppedCounter(mode: Int(mode), decimal: decimal, gate: true)
    var pulse: UInt64 = 0
    for _ in 0..<20 {
      let isLong = random.next(upperBound: 4 as UInt) == 0
      let count = isLong ? 0 : UInt64.random(in: 2...300, using: &random)
      counter.write(count: count, at: pulse)
      stepped.write(Int(count))
      if Bool.random(using: &random) {
        for gate in [false, true] {
          counter.set(gate: gate, at: pulse)
          stepped.set(gate: gate)
        }
      }
      let jump = UInt64.random(in: 1...30_000, using: &random)
      for _ in 0..<jump { stepped.clock() }
      pulse += jump
      let state = counter.advanced(to: pulse)
      #expect(state.out == stepped.out && state.isNull == stepped.isNull)
      #expect(state.value == UInt64(stepped.element))
    }
  }

  @Test(arguments: 1...300)
  func nextRiseAndChangeAreTheSteppedOnes(seed: UInt64) {
    var random = FixedRandom(state: seed)
    let mode = UInt8.random(in: 0...5, using: &random)
    var counter = PITCounter(
      mode: PITCounter.Mode(bits: mode), decimal: false, gate: true, pulse: 0)
    var stepped = SteppedCounter(mode: Int(mode), decimal: false, gate: true)
    var pulse: UInt64 = 0
    func run(_ pulses: UInt64) {
      for _ in 0..<pulses { stepped.clock() }
      pulse += pulses
    }
    for _ in 0..<4 {
      let count = UInt64.random(in: 2...40, using: &random)
      counter.write(count: count, at: pulse)
      stepped.write(Int(count))
      run(UInt64.random(in: 0...90, using: &random))
      if Bool.random(using: &random) {
        counter.set(gate: false, at: pulse)
        stepped.set(gate: false)
        run(UInt64.random(in: 0...3, using: &random))
        if random.next(upperBound: 4 as UInt) > 0 {
          counter.set(gate: true, at: pulse)
          stepped.set(gate: true)
          run(UInt64.random(in: 0...3, using: &random))
        }
      }
    }
    var future = stepped
    var rise: UInt64?
    var change: UInt64?
    for wait in 1...200 as ClosedRange<UInt64> where rise == nil {
      let before = future.out
      future.clock()
      if change == nil, future.out != before { change = pulse + wait }
      if !before && future.out { rise = pulse + wait }
    }
    #expect(counter.nextChange(after: pulse) == change, "mode \(mode)")
    #expect(change.flatMap(counter.nextRise(from:)) == rise, "mode \(mode)")
  }

  @Test func timerInterruptsAtTheProgrammedRate() {
    var pc = PC()
    pc.out(0x43, 0x34)
    pc.out(0x40, 11932 & 0xFF)
    pc.out(0x40, 11932 >> 8)
    var count = 0
    while let next = pc.bus.pit.line(at: pc.now).rise, next.nanoseconds <= 1_000_000_000 {
      let before = GuestTime(nanoseconds: next.nanoseconds - 1)
      #expect(pc.bus.interruptLines(at: before) & 1 == 0)
      #expect(pc.bus.interruptLines(at: next) & 1 == 1)
      pc.now = next
      count += 1
    }
    #expect(count == 99)  // 1193182 / 11932 = 99.998...
  }
}

extension SteppedCounter {
  /// The counter after `pulses` more pulses.
  fileprivate func clocked(_ pulses: Int) -> SteppedCounter {
    var copy = self
    for _ in 0..<pulses { copy.clock() }
    return copy
  }
}
