// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

@Suite struct UART16550Tests {
  @Test(
    arguments: [
      (0, 0x00), (1, 0x00), (2, 0x01), (3, 0x00), (4, 0x00), (5, 0x60), (6, 0xB0), (7, 0x00),
    ] as [(UInt16, UInt8)])
  func registerAtPowerOn(offset: UInt16, value: UInt8) {
    var uart = UART16550()
    #expect(uart.read(offset: offset) == value)
  }

  @Test(
    arguments: [(1, 0xFF, 0x0F), (3, 0x7F, 0x7F), (4, 0xFF, 0x1F), (7, 0xA5, 0xA5), (5, 0, 0x60)]
      as [(UInt16, UInt8, UInt8)])
  func registerReadsBackTheBitsItHas(offset: UInt16, written: UInt8, read: UInt8) {
    var uart = UART16550()
    #expect(uart.write(offset: offset, value: written) == nil)
    #expect(uart.read(offset: offset) == read)
  }

  @Test func divisorIsBehindTheDLABBit() {
    var uart = UART16550()
    _ = uart.write(offset: 3, value: 0x80)
    #expect(uart.read(offset: 0) == 12)
    #expect(uart.write(offset: 0, value: 0x34) == nil)
    #expect(uart.write(offset: 1, value: 0x12) == nil)
    #expect(uart.read(offset: 0) == 0x34)
    #expect(uart.read(offset: 1) == 0x12)
    _ = uart.write(offset: 3, value: 0x03)
    #expect(uart.read(offset: 1) == 0x00)
  }

  /// The self-test that many kernels copy from the OSDev wiki.
  @Test func loopbackReturnsTheByteAndSendsNothing() {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: 0x1E)
    #expect(uart.write(offset: 0, value: 0xAE) == nil)
    #expect(uart.read(offset: 5) == 0x61)
    #expect(uart.read(offset: 0) == 0xAE)
    #expect(uart.read(offset: 5) == 0x60)
    _ = uart.write(offset: 4, value: 0x0F)
    #expect(uart.write(offset: 0, value: 0xAE) == 0xAE)
  }

  @Test(arguments: [(0x11, 0x20), (0x12, 0x10), (0x14, 0x40), (0x18, 0x80)] as [(UInt8, UInt8)])
  func loopbackConnectsTheModemLines(control: UInt8, status: UInt8) {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: control)
    #expect(uart.read(offset: 6) & 0xF0 == status)
  }

  @Test func modemStatusReportsChangesOnce() {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: 0x10)
    #expect(uart.read(offset: 6) == 0x0B)  // DCD, DSR and CTS went away.
    #expect(uart.read(offset: 6) == 0x00)
    _ = uart.write(offset: 4, value: 0x14)
    #expect(uart.read(offset: 6) == 0x40)  // RI came: not reported.
    _ = uart.write(offset: 4, value: 0x10)
    #expect(uart.read(offset: 6) == 0x04)  // RI went: reported.
  }

  @Test func receiverHoldsOneByteWithoutFIFOsAndSixteenWithThem() {
    var uart = UART16550()
    #expect(uart.receive(1) == true)
    #expect(uart.receive(2) == false)
    _ = uart.write(offset: 2, value: 0x01)
    for byte in 0..<16 as Range<UInt8> { #expect(uart.receive(byte) == true) }
    #expect(uart.receive(16) == false)
    for byte in 0..<16 as Range<UInt8> { #expect(uart.read(offset: 0) == byte) }
    #expect(uart.read(offset: 5) == 0x60)
  }

  @Test(arguments: [(0x00, 2, 2), (0x01, 17, 0)] as [(UInt8, UInt8, UInt8)])
  func tooManyBytesInLoopbackAreAnOverrun(fifo: UInt8, count: UInt8, first: UInt8) {
    var uart = UART16550()
    _ = uart.write(offset: 2, value: fifo)
    _ = uart.write(offset: 4, value: 0x10)
    for byte in 0..<count { _ = uart.write(offset: 0, value: fifo == 0 ? byte + 1 : byte) }
    #expect(uart.read(offset: 5) == 0x63)
    #expect(uart.read(offset: 5) == 0x61)
    #expect(uart.read(offset: 0) == first)
  }

  @Test func fifoControlSetsTheIdentificationBitsAndClears() {
    var uart = UART16550()
    _ = uart.write(offset: 2, value: 0xC1)
    #expect(uart.read(offset: 2) == 0xC1)
    #expect(uart.receive(7) == true)
    _ = uart.write(offset: 2, value: 0x03)
    #expect(uart.read(offset: 5) == 0x60)
    _ = uart.write(offset: 2, value: 0x00)
    #expect(uart.read(offset: 2) == 0x01)
  }

  @Test func interruptsAreReportedByPriority() {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: 0x10)
    _ = uart.write(offset: 1, value: 0x0F)
    _ = uart.write(offset: 0, value: 1)
    _ = uart.write(offset: 0, value: 2)
    #expect(uart.read(offset: 2) == 0x06)  // Overrun.
    _ = uart.read(offset: 5)
    #expect(uart.read(offset: 2) == 0x04)  // Received data.
    _ = uart.read(offset: 0)
    #expect(uart.read(offset: 2) == 0x02)  // Transmitter empty; reading it clears it.
    #expect(uart.read(offset: 2) == 0x00)  // Modem status.
    _ = uart.read(offset: 6)
    #expect(uart.read(offset: 2) == 0x01)
  }

  @Test func fifoBelowItsTriggerLevelReportsATimeout() {
    var uart = UART16550()
    _ = uart.write(offset: 2, value: 0x41)
    _ = uart.write(offset: 1, value: 0x01)
    for byte in 1...3 as ClosedRange<UInt8> { _ = uart.receive(byte) }
    #expect(uart.read(offset: 2) == 0xCC)
    _ = uart.receive(4)
    #expect(uart.read(offset: 2) == 0xC4)
  }

  /// PC16550D table IV: the interrupt of a received byte is reset by reading it; with FIFOs it stays
  /// until the last one is out, at the end as that of the character timeout.
  @Test(arguments: [0x00, 0x41] as [UInt8])
  func receivedBytesHoldTheLineUntilTheLastIsRead(fifo: UInt8) {
    var uart = UART16550()
    _ = uart.write(offset: 2, value: fifo)
    _ = uart.write(offset: 4, value: 0x08)
    _ = uart.write(offset: 1, value: 0x01)
    #expect(!uart.irqLine && uart.isDrained && uart.read(offset: 5) == 0x60)
    let bytes: [UInt8] = fifo == 0 ? [0x41] : [0x41, 0x42, 0x43, 0x44, 0x45]
    for byte in bytes {
      #expect(uart.receive(byte) == true)
      #expect(uart.irqLine)
    }
    for (index, byte) in bytes.enumerated() {
      let isBelowTrigger = bytes.count - index < 4
      // Reading the identification changes nothing about a receiver's interrupt.
      for _ in 0..<2 {
        #expect(uart.read(offset: 2) == (fifo == 0 ? 0x04 : isBelowTrigger ? 0xCC : 0xC4))
      }
      #expect(uart.read(offset: 5) == 0x61 && uart.irqLine && !uart.isDrained)
      #expect(uart.read(offset: 0) == byte)
    }
    #expect(!uart.irqLine && uart.isDrained)
    #expect(uart.read(offset: 5) == 0x60 && uart.read(offset: 2) & 0x0F == 0x01)
    // The buffer keeps the last one.
    #expect(uart.read(offset: 0) == bytes.last)
  }

  @Test func byteThatArrivesWithInterruptsDisabledInterruptsWhenTheyAreEnabled() {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: 0x08)
    #expect(uart.receive(0x41) == true && !uart.irqLine)
    _ = uart.write(offset: 1, value: 0x01)
    #expect(uart.irqLine && uart.read(offset: 2) == 0x04)
  }

  /// PC16550D §8.5, bit 1: the receiver's FIFO is cleared, and so is its interrupt.
  @Test func clearingTheFIFODropsWhatArrived() {
    var uart = UART16550()
    _ = uart.write(offset: 2, value: 0x01)
    _ = uart.write(offset: 4, value: 0x08)
    _ = uart.write(offset: 1, value: 0x01)
    #expect(uart.receive(0x41) == true && uart.irqLine)
    _ = uart.write(offset: 2, value: 0x03)
    #expect(!uart.irqLine && uart.isDrained)
  }

  @Test func nothingFromOutsideArrivesInLoopback() {
    var uart = UART16550()
    _ = uart.write(offset: 4, value: 0x10)
    #expect(uart.receive(0x41) == false)
    _ = uart.write(offset: 4, value: 0x00)
    #expect(uart.receive(0x41) == true && uart.read(offset: 0) == 0x41)
  }

  @Test func interruptLineIsGatedByOUT2() {
    var uart = UART16550()
    _ = uart.write(offset: 1, value: 0x02)
    #expect(!uart.irqLine)
    _ = uart.write(offset: 4, value: 0x08)
    #expect(uart.irqLine)
    #expect(uart.read(offset: 2) == 0x02)
    #expect(!uart.irqLine)
    #expect(uart.write(offset: 0, value: 0x55) == 0x55)
    #expect(uart.irqLine)
    _ = uart.write(offset: 4, value: 0x18)
    #expect(!uart.irqLine)
  }
}
