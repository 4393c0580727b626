// SPDX-License-Identifier: GPL-2.0-or-later

// The real-time clock and its battery-backed memory: an MC146818 at ports 0x70 (index) and 0x71
// (data).
//
// Models   time and date from the machine's start time and guest time; decimal and binary, 12 and 24
//          hours, century; SET; update in progress; the periodic and the update-ended flag; the
//          128 bytes of memory with what a PC's BIOS keeps there; the mask of NMI.
// Leaves   the alarm (its registers keep what is written, its flag never comes); daylight saving;
// out      stopping the divider; the square wave; the second bank at ports 0x72 and 0x73.
// Source   Motorola MC146818A data sheet; IBM PC AT Technical Reference, "Real-Time Clock/CMOS RAM".

/// A real-time clock with 128 bytes of memory.
struct RTC: Equatable, Sendable {
  //               7     6    5    4     3     2     1      0
  // 0x0A status A UIP      divider           periodic rate
  // 0x0B status B SET  PIE  AIE  UIE   SQWE  binary  24h   DST
  // 0x0C status C IRQ   PF   AF   UF    0     0      0     0
  // 0x0D status D VRT    0    0    0    0     0      0     0
  private static let statusA = 0x0A
  private static let statusB = 0x0B
  private static let statusC = 0x0C
  private static let statusD = 0x0D
  private static let set: UInt8 = 0x80

  private(set) var index = 0
  /// Whether the PC's gate for NMI, which shares the index port, is shut; firmware leaves it open.
  private(set) var masksNMI = false
  private var memory: [UInt8]
  /// Seconds from 1970 to power-on by this clock.
  private var epoch: Int64
  /// When status C was read last, which clears its flags.
  private var flagsRead = GuestTime.zero

  private static let secondsOfYears0To9999: ClosedRange<Int64> = -62_167_219_200...253_402_300_799

  /// A clock that shows `clock` (seconds since 1970-01-01T00:00:00Z, years 0 to 9999) at power-on,
  /// in a machine with this much memory in bytes below and above the 4 GiB boundary.
  init(clock: Int64, memoryBelow4GiB: UInt64, memoryAbove4GiB: UInt64) {
    let range = Self.secondsOfYears0To9999
    epoch = min(max(clock, range.lowerBound), range.upperBound)
    memory = Self.memory(below4GiB: memoryBelow4GiB, above4GiB: memoryAbove4GiB)
  }

  /// Reads the index (offset 0, write-only) or the indexed register (offset 1).
  mutating func read(offset: UInt16, now: GuestTime) -> UInt8 {
    guard offset != 0 else { return 0xFF }
    switch index {
    case Self.statusA: return memory[index] & 0x7F | (isUpdating(at: now) ? 0x80 : 0)
    case Self.statusC: return readFlags(now)
    case let time where RTCRegisters.contains(time): return readTime(time, now)
    default: return memory[index]
    }
  }

  /// Writes the index (offset 0; bit 7 masks NMI) or the indexed register (offset 1).
  mutating func write(offset: UInt16, value: UInt8, now: GuestTime) {
    guard offset != 0 else {
      masksNMI = value & 0x80 != 0
      return index = Int(value & 0x7F)
    }
    switch index {
    case Self.statusB: writeStatusB(value, now)
    case Self.statusC, Self.statusD: break
    case let time where RTCRegisters.contains(time): writeTime(value, to: time, now)
    default: memory[index] = value
    }
  }
}

// MARK: - Time

extension RTC {
  private static let nanosecondsPerSecond: UInt64 = 1_000_000_000
  /// How long before the change of a second the clock announces it: 244 us of warning and 1984 us
  /// of update (MC146818A, "Update Cycle", table 6).
  private static let updateTime: UInt64 = 2_228_000

  private var isSet: Bool { memory[Self.statusB] & Self.set != 0 }
  private var form: RTCRegisters.Form { RTCRegisters.Form(statusB: memory[Self.statusB]) }

  private func seconds(at now: GuestTime) -> Int64 {
    epoch + Int64(now.nanoseconds / Self.nanosecondsPerSecond)
  }

  private func isUpdating(at now: GuestTime) -> Bool {
    let rest = now.nanoseconds % Self.nanosecondsPerSecond
    return !isSet && rest >= Self.nanosecondsPerSecond - Self.updateTime
  }

  private func readTime(_ index: Int, _ now: GuestTime) -> UInt8 {
    // While SET is on, the registers are plain memory.
    if isSet { return memory[index] }
    let date = CalendarDate(secondsSince1970: seconds(at: now))
    return RTCRegisters.encode(date, index: index, form: form)
  }

  private mutating func writeTime(_ value: UInt8, to index: Int, _ now: GuestTime) {
    let wasSet = isSet
    if !wasSet { stop(now) }
    memory[index] = value
    if !wasSet { start(now) }
  }

  private mutating func writeStatusB(_ value: UInt8, _ now: GuestTime) {
    let wasSet = isSet
    // Stopped in the old form and started in the new one: a change of form does not convert what
    // the registers hold, as in the chip.
    if !wasSet, value & Self.set != 0 { stop(now) }
    memory[Self.statusB] = value
    if wasSet, !isSet { start(now) }
  }

  /// Moves the running time into the registers.
  private mutating func stop(_ now: GuestTime) {
    let date = CalendarDate(secondsSince1970: seconds(at: now))
    for index in 0..<memory.count where RTCRegisters.contains(index) {
      memory[index] = RTCRegisters.encode(date, index: index, form: form)
    }
  }

  /// Lets the time run on from what the registers hold.
  private mutating func start(_ now: GuestTime) {
    let date = RTCRegisters.decode(form: form) { memory[$0] }
    epoch = date.secondsSince1970 - Int64(now.nanoseconds / Self.nanosecondsPerSecond)
  }
}

// MARK: - Flags

extension RTC {
  private enum Flag {
    static let interrupt: UInt8 = 0x80
    static let periodic: UInt8 = 0x40
    static let updateEnded: UInt8 = 0x10
  }

  /// Whether the clock asks for IRQ 8 at `now`.
  func irqLine(at now: GuestTime) -> Bool {
    let isEnabled = memory[Self.statusB] & (Flag.periodic | Flag.updateEnded) != 0
    return isEnabled && flags(at: now) & Flag.interrupt != 0
  }

  /// The first moment after `moment` at which IRQ 8 rises if nothing is read or written meanwhile;
  /// nil if it does not.
  func nextInterrupt(after moment: GuestTime) -> GuestTime? {
    guard !irqLine(at: moment) else { return nil }
    let enabled = memory[Self.statusB]
    let periods = [
      enabled & Flag.updateEnded != 0 && !isSet ? clock.frequency : nil,
      enabled & Flag.periodic != 0 ? periodicTicks : nil,
    ]
    return periods.compactMap { period in
      guard let period else { return nil }
      return clock.moment(ofPulse: (clock.pulses(at: moment) / period + 1) * period)
    }.min()
  }

  private mutating func readFlags(_ now: GuestTime) -> UInt8 {
    defer { flagsRead = now }
    return flags(at: now)
  }

  /// Status C: what happened since it was read, and whether that is an interrupt.
  private func flags(at now: GuestTime) -> UInt8 {
    var flags: UInt8 = 0
    if !isSet, hasTicked(every: clock.frequency, until: now) { flags |= Flag.updateEnded }
    if let period = periodicTicks, hasTicked(every: period, until: now) { flags |= Flag.periodic }
    return flags & memory[Self.statusB] != 0 ? flags | Flag.interrupt : flags
  }

  /// The period of the periodic flag in ticks of 1/32768 s; nil if it is off (MC146818A table 5).
  private var periodicTicks: UInt64? {
    switch memory[Self.statusA] & 0x0F {
    case 0: nil
    case 1: 128
    case 2: 256
    case let rate: 1 << (rate - 1)
    }
  }

  private var clock: Oscillator { .realTimeClock }

  private func hasTicked(every period: UInt64, until now: GuestTime) -> Bool {
    clock.pulses(at: now) / period != clock.pulses(at: flagsRead) / period
  }
}

// MARK: - Memory

extension RTC {
  /// The memory as a PC's BIOS leaves it.
  private static func memory(below4GiB below: UInt64, above4GiB above: UInt64) -> [UInt8] {
    func units(_ bytes: UInt64, above start: UInt64, of unit: UInt64, bits: UInt64) -> UInt64 {
      min(bytes > start ? (bytes - start) / unit : 0, 1 << bits - 1)
    }
    let kibibyte: UInt64 = 1 << 10
    let mebibyte: UInt64 = 1 << 20
    let base = min(below / kibibyte, 640)
    let extended = units(below, above: mebibyte, of: kibibyte, bits: 16)
    let above16MiB = units(below, above: 16 * mebibyte, of: 64 * kibibyte, bits: 16)
    let above4GiB = units(above, above: 0, of: 64 * kibibyte, bits: 24)

    var memory = [UInt8](repeating: 0, count: 128)
    func store(_ value: UInt64, at index: Int, bytes: Int) {
      for byte in 0..<bytes {
        memory[index + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
      }
    }
    memory[statusA] = 0x26  // 32 768 Hz time base, periodic rate 1024 Hz.
    memory[statusB] = 0x02  // 24 hours, decimal.
    memory[statusD] = 0x80  // The battery is good.
    memory[0x14] = 0x02  // Equipment: floating-point unit, VGA, no floppy drive.
    store(base, at: 0x15, bytes: 2)
    store(extended, at: 0x17, bytes: 2)
    store(extended, at: 0x30, bytes: 2)
    store(above16MiB, at: 0x34, bytes: 2)
    store(above4GiB, at: 0x5B, bytes: 3)
    let checksum = memory[0x10...0x2D].reduce(0) { $0 + UInt64($1) }
    memory[0x2E] = UInt8(truncatingIfNeeded: checksum >> 8)
    memory[0x2F] = UInt8(truncatingIfNeeded: checksum)
    return memory
  }
}
