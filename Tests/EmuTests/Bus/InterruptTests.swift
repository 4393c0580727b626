// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

extension PC {
  /// A PC whose controllers are set up as operating systems do: vectors 0x20...0x2F and these masks.
  fileprivate static func remapped(masks: UInt16 = 0) -> PC {
    var pc = PC()
    for (port, base, cascade, mask) in [
      (0x20, 0x20, 0x04, UInt32(masks & 0xFF)), (0xA0, 0x28, 0x02, UInt32(masks >> 8)),
    ] as [(UInt16, UInt32, UInt32, UInt32)] {
      pc.out(port, 0x11)
      for word in [base, cascade, 0x01, mask] { pc.out(port + 1, word) }
    }
    return pc
  }

  /// Programs counter 0, which moves two bytes.
  fileprivate mutating func programTimer(mode: UInt32, count: UInt32) {
    out(0x43, 0x30 | mode << 1)
    out(0x40, count & 0xFF)
    out(0x40, count >> 8)
  }

  /// The vector that the processor gets now; nil while INT is low.
  fileprivate mutating func interrupt() -> UInt8? {
    bus.pendingInterrupt(at: now) ? bus.acknowledge(at: now) : nil
  }

  fileprivate mutating func end(_ irq: UInt8 = 0) {
    if irq >= 8 { out(0xA0, 0x20) }
    out(0x20, 0x20)
  }

  /// Moves on to where INT rises next; false if it does not.
  fileprivate mutating func halt() -> Bool {
    guard let next = bus.nextInterruptMoment(after: now) else { return false }
    now = next
    return true
  }
}

/// When pulse `pulse` of the timer's clock comes.
private func moment(ofPulse pulse: UInt64) -> GuestTime? {
  Oscillator.timer.moment(ofPulse: pulse)
}

@Suite struct InterruptTests {
  // MARK: Timer

  @Test func guestOfGRUBGetsTheBIOSVectorEvery55Milliseconds() {
    var pc = PC()
    #expect(pc.interrupt() == nil)
    for tick in 1...3 as ClosedRange<UInt64> {
      #expect(pc.halt() == true)
      // The count is loaded by the first pulse.
      #expect(moment(ofPulse: 1 + 65536 * tick) == pc.now)
      #expect(pc.bus.pendingIRQ(at: pc.now) == .timer)
      #expect(pc.interrupt() == 0x08)
      pc.end()
    }
  }

  @Test(arguments: [2, 3] as [UInt32])
  func timerInterruptsAtExactlyItsPeriods(mode: UInt32) {
    var pc = PC.remapped(masks: 0xFFFE)
    pc.now = GuestTime(nanoseconds: 123_456)
    let start = Oscillator.timer.pulses(at: pc.now)
    pc.programTimer(mode: mode, count: 1193)
    // Mode words raise the output, which is high in both: no edge.
    #expect(pc.interrupt() == nil)
    for tick in 1...1000 as ClosedRange<UInt64> {
      #expect(pc.halt() == true)
      #expect(pc.now == moment(ofPulse: start + 1 + 1193 * tick))
      let before = GuestTime(nanoseconds: pc.now.nanoseconds - 1)
      var early = pc
      #expect(early.bus.pendingInterrupt(at: before) == false)
      #expect(pc.interrupt() == 0x20)
      pc.end()
      #expect(pc.interrupt() == nil)
    }
  }

  @Test func oneShotInterruptsOnce() {
    var pc = PC.remapped(masks: 0xFFFE)
    pc.programTimer(mode: 0, count: 1000)
    #expect(pc.halt() == true)
    #expect(pc.now == moment(ofPulse: 1001))
    #expect(pc.interrupt() == 0x20)
    pc.end()
    #expect(pc.halt() == false)
    let start = Oscillator.timer.pulses(at: pc.now)
    pc.programTimer(mode: 0, count: 5)
    #expect(pc.halt() == true)
    #expect(pc.now == moment(ofPulse: start + 6))
  }

  @Test func withoutEndOfInterruptThereIsOneTick() {
    var pc = PC.remapped(masks: 0xFFFE)
    pc.programTimer(mode: 2, count: 1193)
    #expect(pc.halt() == true)
    #expect(pc.interrupt() == 0x20)
    #expect(pc.halt() == false)
    pc.wait(nanoseconds: 1_000_000_000)
    #expect(pc.interrupt() == nil)
    // What came meanwhile is one tick.
    pc.end()
    #expect(pc.interrupt() == 0x20)
    pc.end()
    #expect(pc.interrupt() == nil)
  }

  @Test func lookThatComesPeriodsLateFindsOneTick() {
    var pc = PC.remapped(masks: 0xFFFE)
    pc.programTimer(mode: 2, count: 100)
    for _ in 0..<50 {
      pc.wait(nanoseconds: 1_000_000)
      // Not at the pulse at which the line is low.
      if !pc.bus.pit.line(at: pc.now).level { pc.wait(nanoseconds: 1000) }
      #expect(pc.interrupt() == 0x20)
      pc.end()
      #expect(pc.interrupt() == nil)
    }
  }

  /// The request's latch follows the line: a tick that nobody takes ends with the line's level.
  @Test func squareWaveWithdrawsItsTickInItsLowHalf() {
    var pc = PC.remapped(masks: 0xFFFE)
    pc.programTimer(mode: 3, count: 1000)
    #expect(pc.halt() == true)
    #expect(pc.bus.pendingInterrupt(at: pc.now) == true)
    let tick = pc.now
    // INT falls in between, so it rises again with the next period.
    #expect(pc.halt() == true)
    #expect(pc.now == moment(ofPulse: 2001))
    pc.now = moment(ofPulse: 1501) ?? tick
    #expect(pc.interrupt() == nil)
    #expect(pc.bus.acknowledge(at: pc.now) == 0x27)
  }

  @Test func maskedTimerWakesNobodyAndIsPendingWhenUnmasked() {
    var pc = PC.remapped(masks: 0xFFFF)
    pc.programTimer(mode: 2, count: 1193)
    #expect(pc.halt() == false)
    pc.wait(nanoseconds: 5_500_000)
    #expect(pc.halt() == false)
    pc.out(0x20, 0x0A)
    #expect(pc.in(0x20) == 0x01)
    pc.out(0x21, 0xFE)
    #expect(pc.interrupt() == 0x20)
  }

  @Test func interruptInServiceHoldsBackTheTimerOnlyIfItIsHigher() {
    var pc = PC.remapped()
    pc.programTimer(mode: 2, count: 1193)
    _ = pc.bus.type([0x1E])
    #expect(pc.interrupt() == 0x21)
    #expect(pc.halt() == true)
    #expect(pc.interrupt() == 0x20)
    #expect(pc.halt() == false)
  }

  // MARK: Keyboard, serial port, clock

  @Test func eachByteOfTheKeyboardInterruptsOnce() {
    var pc = PC.remapped(masks: 0xFFFD)
    #expect(pc.bus.type([0xE0, 0x48, 0xE0, 0xC8]) == true)
    var bytes: [UInt32] = []
    for _ in 0..<4 {
      #expect(pc.bus.pendingIRQ(at: pc.now) == .keyboard)
      #expect(pc.interrupt() == 0x21)
      #expect(pc.in(0x64) & 1 == 1)
      #expect(pc.interrupt() == nil)
      bytes.append(pc.in(0x60))
      pc.end()
      #expect(pc.interrupt() == nil)
      if bytes.count < 4 { #expect(pc.halt() == true) }
    }
    #expect(bytes == [0xE0, 0x48, 0xE0, 0xC8])
    #expect(pc.halt() == false)
  }

  @Test func keyTypedBehindAnUnreadOneMakesNoSecondEdge() {
    var pc = PC.remapped(masks: 0xFFFD)
    _ = pc.bus.type([0x1E])
    #expect(pc.interrupt() == 0x21)
    _ = pc.bus.type([0x9E])
    pc.end()
    #expect(pc.interrupt() == nil)
    _ = pc.in(0x60)
    #expect(pc.halt() == true)
    #expect(pc.now.nanoseconds == KeyboardController.refillTime)
    #expect(pc.interrupt() == 0x21)
  }

  @Test func byteReadBeforeItsInterruptWithdrawsIt() {
    var pc = PC.remapped(masks: 0xFFFD)
    _ = pc.bus.type([0x1E])
    #expect(pc.bus.pendingInterrupt(at: pc.now) == true)
    #expect(pc.in(0x60) == 0x1E)
    #expect(pc.interrupt() == nil)
  }

  @Test func serialPortInterruptsWhenItsTransmitterIsEmpty() {
    var pc = PC.remapped(masks: 0xFFEF)
    pc.out(0x3FC, 0x08)
    #expect(pc.interrupt() == nil)
    pc.out(0x3F9, 0x02)
    #expect(pc.bus.pendingIRQ(at: pc.now) == .com1)
    for byte in 0x41...0x44 as ClosedRange<UInt32> {
      #expect(pc.interrupt() == 0x24)
      #expect(pc.in(0x3FA) == 0x02)
      pc.out(0x3F8, byte)
      pc.end()
    }
    #expect(pc.interrupt() == 0x24)
    #expect(pc.in(0x3FA) == 0x02)
    pc.end()
    #expect(pc.interrupt() == nil)
    #expect(pc.signals.count == 4)
  }

  @Test func serialPortInterruptsWhenAByteArrives() {
    var pc = PC.remapped(masks: 0xFFEF)
    pc.out(0x3FC, 0x08)
    pc.out(0x3F9, 0x01)
    #expect(pc.bus.receiveOnCOM1(0x41) == true)
    #expect(pc.interrupt() == 0x24)
    #expect(pc.in(0x3F8) == 0x41)
    pc.end()
    #expect(pc.interrupt() == nil)
  }

  @Test func clockInterruptsOnceForEachReadOfStatusC() {
    var pc = PC.remapped(masks: 0xFEFB)
    pc.out(0x70, index: 0x0B, 0x42)
    for tick in 1...100 as ClosedRange<UInt64> {
      #expect(pc.halt() == true)
      #expect(pc.now == Oscillator.realTimeClock.moment(ofPulse: 32 * tick))
      #expect(pc.bus.pendingIRQ(at: pc.now) == .clock)
      #expect(pc.interrupt() == 0x28)
      pc.end(8)
      #expect(pc.halt() == false)
      #expect(pc.in(0x70, index: 0x0C) & 0xC0 == 0xC0)
    }
    #expect(pc.halt() == true)
    #expect(pc.interrupt() == 0x28)
    pc.end(8)
    // Unread, it keeps its line high.
    pc.wait(nanoseconds: 1_000_000_000)
    #expect(pc.interrupt() == nil)
    #expect(pc.halt() == false)
  }

  // MARK: Against a slow search

  /// A bus in some state, and the first rise of INT that looking at every 100 ns finds.
  @Test(arguments: 1...60)
  func nextInterruptMomentIsWhereInterruptRises(seed: UInt64) {
    var random = FixedRandom(state: seed)
    var pc = PC.remapped(masks: UInt16(truncatingIfNeeded: random.next() & random.next()))
    let modes = [0, 2, 2, 3, 3, 4] as [UInt32]
    pc.programTimer(
      mode: modes.randomElement(using: &random) ?? 2,
      count: UInt32.random(in: 2...2500, using: &random))
    pc.out(0x70, index: 0x0A, 0x20 | UInt32.random(in: 3...6, using: &random))
    pc.out(0x70, index: 0x0B, Bool.random(using: &random) ? 0x42 : 0x02)
    for _ in 0..<12 {
      pc.wait(nanoseconds: UInt64.random(in: 0...400_000, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: _ = pc.bus.type([0x1E, 0x9E])
      case 1: _ = pc.in(0x60)
      case 2: _ = pc.in(0x70, index: 0x0C)
      case 3: pc.out(Bool.random(using: &random) ? 0x21 : 0xA1, UInt32(random.next() & 0xBB))
      case 4: pc.end(8)
      default: if pc.interrupt() != nil, Bool.random(using: &random) { pc.end(8) }
      }
      expectNextMomentAsSearched(pc, seed)
    }
  }

  private func expectNextMomentAsSearched(_ pc: PC, _ seed: UInt64) {
    var asked = pc
    let found = asked.bus.nextInterruptMoment(after: pc.now)
    var slow = pc
    var wasHigh = slow.bus.pendingInterrupt(at: pc.now)
    let limit = pc.now.nanoseconds + 2_500_000
    var searched: ClosedRange<UInt64>?
    for time in stride(from: pc.now.nanoseconds + 100, through: limit, by: 100) {
      let isHigh = slow.bus.pendingInterrupt(at: GuestTime(nanoseconds: time))
      if isHigh && !wasHigh {
        searched = time - 99...time
        break
      }
      wasHigh = isHigh
    }
    if let searched {
      #expect(found.map { searched.contains($0.nanoseconds) } == true, "\(seed): \(searched)")
    } else if let found {
      #expect(found.nanoseconds > limit - 100, "\(seed): none until \(limit)")
    }
  }

  /// One bus is asked at every turn, the other only at the end: the controllers end up the same.
  @Test(arguments: 1...100)
  func lateLookSeesWhatEarlyLooksSaw(seed: UInt64) {
    var random = FixedRandom(state: seed)
    var early = PC.remapped()
    let mode = UInt32.random(in: 2...3, using: &random)
    early.programTimer(mode: mode, count: UInt32.random(in: 2...300, using: &random))
    early.out(0x70, index: 0x0B, 0x42)
    _ = early.interrupt()
    var late = early
    for _ in 0..<2000 {
      early.wait(nanoseconds: UInt64.random(in: 0...400, using: &random))
      _ = early.bus.pendingInterrupt(at: early.now)
    }
    late.now = early.now
    _ = late.bus.pendingInterrupt(at: late.now)
    #expect(late.bus == early.bus)
  }
}
