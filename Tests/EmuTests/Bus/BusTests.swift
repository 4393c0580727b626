// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

@Suite struct BusTests {
  @Test(
    arguments: [0x0000, 0x0022, 0x00A2, 0x0080, 0x02E8, 0x02F8, 0x03B4, 0x03E8, 0xFFFF]
      as [UInt16],
    [AccessWidth.byte, .word, .dword])
  func emptyPortReadsAllOnesAndIgnoresWrites(port: UInt16, width: AccessWidth) {
    var pc = PC()
    let before = pc.bus
    pc.out(port, 0, width)
    #expect(pc.bus == before)
    #expect(pc.signals == [])
    // 0xFFFF wraps to 0x0000, which is empty too.
    #expect(pc.in(port, width) == width.allOnes)
  }

  @Test(
    arguments: [(.byte, 0xFF), (.word, 0xFFFF), (.dword, 0xFFFF_FFFF)] as [(AccessWidth, UInt32)])
  func allOnesIsAsWideAsTheAccess(width: AccessWidth, value: UInt32) {
    #expect(width.allOnes == value)
  }

  @Test func wordWriteToIndexAndDataIsTwoByteWrites() {
    var pc = PC()
    pc.out(0x3D4, 0x5A0E, .word)
    #expect(pc.in(0x3D4, index: 0x0E) == 0x5A)
    #expect(pc.in(0x3D4, .word) == 0x5A0E)
    #expect(pc.in(0x3D2, .dword) == 0x5A0E_FFFF)
  }

  @Test func dwordReadOfTheSerialPortReadsFourRegisters() {
    var pc = PC()
    pc.out(0x3FB, 0x03)
    #expect(pc.in(0x3F8, .dword) == 0x0301_0000)
  }

  @Test func pciConfigurationSpaceIsEmpty() {
    var pc = PC()
    pc.out(0xCF8, 0x8000_0000, .dword)
    #expect(pc.in(0xCF8, .dword) == 0xFFFF_FFFF)
    #expect(pc.in(0xCFC, .dword) == 0xFFFF_FFFF)
    // The address 0x80000604 has the reset bit in its second byte, which is not port 0xCF9.
    pc.out(0xCF8, 0x8000_0604, .dword)
    #expect(pc.signals == [])
  }

  @Test(
    arguments: [
      (0xE9, .byte, 0x41, .output(.debugcon, 0x41)),
      (0xE8, .word, 0x4241, .output(.debugcon, 0x42)),
      (0xF4, .byte, 0xFFFF_FF10, .exit(value: 0x10)),
      (0xF4, .word, 0xFFFF_1234, .exit(value: 0x1234)),
      (0xF4, .dword, 0x1234_5678, .exit(value: 0x1234_5678)),
      (0xF3, .word, 0x2211, .exit(value: 0x22)),
      (0x64, .byte, 0xFE, .reset(.keyboardController)),
      (0x92, .byte, 0x03, .reset(.systemControlPortA)),
      (0xCF9, .byte, 0x06, .reset(.resetControl)),
      (0x604, .word, 0x2000, .powerOff),
      (0x605, .byte, 0x20, .powerOff),
      (0xB004, .word, 0x2000, .powerOff),
      (0x3F8, .byte, 0x0A, .output(.com1, 0x0A)),
    ] as [(UInt16, AccessWidth, UInt32, Signal)])
  func writeSignals(port: UInt16, width: AccessWidth, value: UInt32, signal: Signal) {
    var pc = PC()
    pc.out(port, value, width)
    #expect(pc.signals == [signal])
  }

  @Test(
    arguments: [
      (0x64, 0xFF), (0x64, 0xF1), (0x92, 0x02), (0xCF9, 0x02), (0xCF9, 0x0A), (0x604, 0x0001),
      (0x605, 0x24), (0x604, 0x0020),
    ] as [(UInt16, UInt32)])
  func writeWithoutTheDecidingBitSignalsNothing(port: UInt16, value: UInt32) {
    var pc = PC()
    pc.out(port, value)
    #expect(pc.signals == [])
  }

  @Test func debugConsoleAnswersWithItsPort() {
    var pc = PC()
    #expect(pc.in(0xE9) == 0xE9)
  }

  /// A write can return one signal, so no access may reach two ports that signal.
  @Test func portsThatSignalAreFurtherApartThanAnAccessIsWide() {
    // The byte that decides: data for COM1, the upper half of power management.
    let signalling: [UInt16] = [
      0x60, 0x64, 0x92, 0xE9, 0xF4, 0x3F8, 0x605, 0xCF9, 0xB005,
    ]
    #expect(signalling.allSatisfy { Chip(port: $0) != nil })
    for (a, b) in zip(signalling, signalling.dropFirst()) { #expect(b - a >= 4) }
  }

  static let occupied = (0...UInt16.max).filter { Chip(port: $0) != nil }

  @Test func everyChipIsOnTheBus() {
    #expect(Set(Self.occupied.compactMap(Chip.init(port:))) == Set(Chip.allCases))
    #expect(Self.occupied.count == 80)
  }

  @Test(arguments: occupied.filter { !(0x3B0...0x3DF ~= $0) && $0 != 0x605 && $0 != 0xB005 })
  func portWithAChipHasAName(port: UInt16) {
    #expect(Port(rawValue: port) != nil)
  }

  @Test func a20IsOpenUnlessBothGatesAreClosed() {
    var pc = PC()
    #expect(pc.bus.a20Enabled)
    pc.out(0x92, 0x00)
    #expect(pc.signals == [])
    pc.out(0x64, 0xD1)
    pc.out(0x60, 0xDD)
    #expect(pc.signals == [.a20(enabled: false)])
    #expect(!pc.bus.a20Enabled)
    pc.out(0x92, 0x02)
    #expect(pc.signals == [.a20(enabled: false), .a20(enabled: true)])
    #expect(pc.in(0x92) == 0x02)
  }

  @Test func copyOfTheBusIsASavedState() {
    var pc = PC()
    pc.out(0x70, 0x40)
    let saved = pc.bus
    pc.out(0x71, 0x99)
    pc.out(0x3FF, 0x55)
    #expect(pc.bus != saved)
    pc.bus = saved
    #expect(pc.in(0x71) == 0x00)
    #expect(pc.in(0x3FF) == 0x00)
  }

  @Test(arguments: 1...4)
  func hostileTrafficNeverTraps(seed: UInt64) {
    var random = FixedRandom(state: seed)
    var pc = PC(clock: seed == 4 ? .max : .min, below: .max, above: .max)
    let ports = Self.occupied.flatMap { [$0 - 1, $0] }
    let memory = [UInt8](repeating: 0x41, count: VGA.textMemorySize)
    for step in 0..<100_000 {
      let isAnywhere = random.next(upperBound: 10 as UInt) == 0
      let anywhere = UInt16.random(in: .min ... .max, using: &random)
      let port = isAnywhere ? anywhere : ports.randomElement(using: &random) ?? 0
      let width = [AccessWidth.byte, .word, .dword].randomElement(using: &random) ?? .byte
      if Bool.random(using: &random) {
        #expect(pc.in(port, width) <= width.allOnes)
      } else {
        pc.out(port, UInt32.random(in: .min ... .max, using: &random), width)
      }
      if step % 16 == 0 {
        _ = pc.bus.type([UInt8.random(in: .min ... .max, using: &random)])
        _ = pc.bus.receiveOnCOM1(0x55)
        _ = pc.bus.nextInterruptMoment(after: pc.now).map { #expect($0 > pc.now) }
        let irq = pc.bus.pendingIRQ(at: pc.now)
        if pc.bus.pendingInterrupt(at: pc.now) {
          _ = pc.bus.acknowledge(at: pc.now)
        } else {
          #expect(irq == nil)
        }
        _ = memory.withUnsafeBytes { pc.bus.screen(of: $0) }
      }
      // From single nanoseconds to years, up to the end of time.
      let wait = random.next() >> UInt64.random(in: 7...63, using: &random)
      let (later, overflow) = pc.now.nanoseconds.addingReportingOverflow(wait)
      pc.now.nanoseconds = overflow ? .max - 1000 : later
      if random.next(upperBound: 1000 as UInt) == 0 { pc.now = .zero }
    }
  }
}
