// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Emu

private let utc: Calendar = {
  var calendar = Calendar(identifier: .gregorian)
  calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? calendar.timeZone
  return calendar
}()

/// 2026-11-22T15:04:05Z.
private let afternoon: Int64 = 1_795_359_845

extension PC {
  fileprivate mutating func cmos(_ index: UInt32) -> UInt32 { self.in(0x70, index: index) }
  fileprivate mutating func setCMOS(_ index: UInt32, _ value: UInt32) {
    out(0x70, index: index, value)
  }

  /// Century, year, month, day, hour, minute, second.
  fileprivate mutating func dateAndTime() -> [UInt32] {
    ([0x32, 0x09, 0x08, 0x07, 0x04, 0x02, 0x00] as [UInt32]).map { cmos($0) }
  }
}

@Suite struct CalendarDateTests {
  static let moments: [Int64] = {
    var random = FixedRandom(state: 7)
    // From 1600 to 9999; before that Foundation's calendar becomes the Julian one.
    return (0..<2000).map { _ in .random(in: -11_676_096_000...253_402_300_799, using: &random) }
      + [0, -1, 951_782_400, 951_868_799, 951_868_800, 4_107_542_400, 1_709_164_800]
  }()

  @Test func dateIsFoundationsAndComesBack() {
    for moment in Self.moments {
      let date = CalendarDate(secondsSince1970: moment)
      let parts = utc.dateComponents(
        [.year, .month, .day, .hour, .minute, .second, .weekday],
        from: Date(timeIntervalSince1970: TimeInterval(moment)))
      #expect(parts.year.map(Int64.init) == date.year)
      #expect(parts.month.map(Int64.init) == date.month)
      #expect(parts.day.map(Int64.init) == date.day)
      #expect(parts.hour.map(Int64.init) == date.hour)
      #expect(parts.minute.map(Int64.init) == date.minute)
      #expect(parts.second.map(Int64.init) == date.second)
      #expect(parts.weekday.map(Int64.init) == date.weekday)
      #expect(date.secondsSince1970 == moment)
    }
  }
}

@Suite struct RTCTests {
  @Test(
    arguments: [
      (0x02, [0x20, 0x26, 0x11, 0x22, 0x15, 0x04, 0x05]),
      (0x06, [20, 26, 11, 22, 15, 4, 5]),
      (0x00, [0x20, 0x26, 0x11, 0x22, 0x83, 0x04, 0x05]),
      (0x04, [20, 26, 11, 22, 0x83, 4, 5]),
    ] as [(UInt32, [UInt32])])
  func dateIsShownInTheFormOfStatusB(statusB: UInt32, registers: [UInt32]) {
    var pc = PC(clock: afternoon)
    pc.setCMOS(0x0B, statusB)
    #expect(pc.dateAndTime() == registers)
    #expect(pc.cmos(0x06) == 1)  // A Sunday.
  }

  @Test(arguments: [(0, 0x12), (1, 0x01), (11, 0x11), (12, 0x92), (23, 0x91)] as [(Int64, UInt32)])
  func twelveHourClockHasTwelvesAndAnAfternoonBit(hour: Int64, shown: UInt32) {
    var pc = PC(clock: hour * 3600)
    pc.setCMOS(0x0B, 0x00)
    #expect(pc.cmos(0x04) == shown)
  }

  @Test func clockRunsWithGuestTime() {
    var pc = PC(clock: 1_798_761_599)  // The last second of 2026.
    #expect(pc.dateAndTime() == [0x20, 0x26, 0x12, 0x31, 0x23, 0x59, 0x59])
    pc.wait(nanoseconds: 999_999_999)
    #expect(pc.cmos(0x00) == 0x59)
    pc.wait(nanoseconds: 1)
    #expect(pc.dateAndTime() == [0x20, 0x27, 0x01, 0x01, 0x00, 0x00, 0x00])
  }

  @Test(arguments: [0x02, 0x06, 0x00, 0x04] as [UInt32])
  func timeThatIsSetRunsOnFromThere(form: UInt32) {
    var pc = PC(clock: afternoon)
    pc.setCMOS(0x0B, 0x80 | form)
    let other = PC(clock: 951_868_799)  // 2000-02-29T23:59:59Z
    var source = other
    source.setCMOS(0x0B, form)
    for register in [0x32, 0x09, 0x08, 0x07, 0x04, 0x02, 0x00] as [UInt32] {
      pc.setCMOS(register, source.cmos(register))
    }
    pc.wait(nanoseconds: 5_000_000_000)
    #expect(pc.dateAndTime() == source.dateAndTime())
    pc.setCMOS(0x0B, form)
    pc.wait(nanoseconds: 1_000_000_000)
    source.wait(nanoseconds: 1_000_000_000)
    #expect(pc.dateAndTime() == source.dateAndTime())
    #expect(pc.cmos(0x06) == 4)  // 2000-03-01 was a Wednesday.
  }

  @Test func singleRegisterCanBeSetWhileTheClockRuns() {
    var pc = PC(clock: afternoon)
    pc.setCMOS(0x04, 0x07)
    #expect(pc.dateAndTime() == [0x20, 0x26, 0x11, 0x22, 0x07, 0x04, 0x05])
  }

  @Test func updateInProgressComesBeforeEverySecond() {
    var pc = PC()
    #expect(pc.cmos(0x0A) == 0x26)
    pc.now = GuestTime(nanoseconds: 1_000_000_000 - 2_228_001)
    #expect(pc.cmos(0x0A) == 0x26)
    pc.wait(nanoseconds: 1)
    #expect(pc.cmos(0x0A) == 0xA6)
    pc.setCMOS(0x0B, 0x82)
    #expect(pc.cmos(0x0A) == 0x26)
    pc.setCMOS(0x0B, 0x02)
    pc.now = GuestTime(nanoseconds: 1_000_000_000)
    #expect(pc.cmos(0x0A) == 0x26)
  }

  @Test func statusCReportsWhatHappenedSinceItWasRead() {
    var pc = PC()
    #expect(pc.cmos(0x0C) == 0x00)
    pc.wait(nanoseconds: 976_563)  // 1/1024 s
    #expect(pc.cmos(0x0C) == 0x40)
    #expect(pc.cmos(0x0C) == 0x00)
    pc.now = GuestTime(nanoseconds: 1_000_000_000)
    pc.setCMOS(0x0B, 0x12)
    #expect(pc.bus.interruptLines(at: pc.now) == 0x100 | pc.bus.interruptLines(at: pc.now) & 1)
    #expect(pc.cmos(0x0C) == 0xD0)
    #expect(pc.cmos(0x0D) == 0x80)
  }

  @Test(
    arguments: [(0x42, 0x26, 1024), (0x12, 0x26, 1), (0x52, 0x2F, 2), (0x42, 0x21, 256)]
      as [(UInt32, UInt32, Int)])
  func clockInterruptsAtItsRate(statusB: UInt32, statusA: UInt32, rate: Int) {
    var pc = PC()
    pc.setCMOS(0x0A, statusA)
    pc.setCMOS(0x0B, statusB)
    var count = 0
    while let next = pc.bus.rtc.nextInterrupt(after: pc.now), next.nanoseconds <= 1_000_000_000 {
      #expect(!pc.bus.rtc.irqLine(at: GuestTime(nanoseconds: next.nanoseconds - 1)))
      #expect(pc.bus.rtc.irqLine(at: next))
      #expect(pc.bus.rtc.nextInterrupt(after: next) == nil)  // Until status C is read.
      pc.now = next
      _ = pc.cmos(0x0C)
      count += 1
    }
    #expect(count == rate)
  }

  @Test(
    arguments: [
      (128, 0, 640, 0xFFFF, 1792, 0), (8, 0, 640, 7168, 0, 0),
      (3072, 1024, 640, 0xFFFF, 48896, 16384), (0, 0, 0, 0, 0, 0),
    ] as [(UInt64, UInt64, UInt32, UInt32, UInt32, UInt32)])
  func memorySizes(
    below: UInt64, above: UInt64, base: UInt32, extended: UInt32, above16: UInt32, above4G: UInt32
  ) {
    var pc = PC(below: below << 20, above: above << 20)
    #expect(pc.cmos(0x15) | pc.cmos(0x16) << 8 == base)
    #expect(pc.cmos(0x17) | pc.cmos(0x18) << 8 == extended)
    #expect(pc.cmos(0x30) | pc.cmos(0x31) << 8 == extended)
    #expect(pc.cmos(0x34) | pc.cmos(0x35) << 8 == above16)
    #expect(pc.cmos(0x5B) | pc.cmos(0x5C) << 8 | pc.cmos(0x5D) << 16 == above4G)
    let sum = (0x10...0x2D as ClosedRange<UInt32>).reduce(0) { $0 + pc.cmos($1) }
    #expect(pc.cmos(0x2E) << 8 | pc.cmos(0x2F) == sum)
  }

  @Test func memoryKeepsWhatIsWrittenAndStatusDDoesNot() {
    var pc = PC()
    pc.setCMOS(0x0F, 0x0A)
    #expect(pc.cmos(0x8F) == 0x0A)  // Bit 7 of the index only masks NMI.
    pc.setCMOS(0x0D, 0x00)
    #expect(pc.cmos(0x0D) == 0x80)
    #expect(pc.in(0x70) == 0xFF)
  }

  @Test(arguments: [(Int64.min, [0x00, 0x00, 0x01, 0x01]), (.max, [0x99, 0x99, 0x12, 0x31])])
  func clockOutOfRangeStartsAtTheNearestDate(clock: Int64, date: [UInt32]) {
    var pc = PC(clock: clock)
    #expect(Array(pc.dateAndTime().prefix(4)) == date)
  }
}
