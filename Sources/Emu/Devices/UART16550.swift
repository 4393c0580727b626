// SPDX-License-Identifier: GPL-2.0-or-later

// The serial port: a 16550A with its eight registers.
//
// Models   all registers; 16-byte receive FIFO with trigger levels; loopback of data and modem
//          lines; line, receive and transmit interrupts with their priorities; the PC's wiring of
//          OUT2 as the gate of the interrupt line.
// Leaves   the time a byte takes: one that is written has left at once, so THRE and TEMT are always
// out      set and the transmit FIFO is always empty; a FIFO below its trigger level reports the
//          character timeout at once. The other end is a terminal that is always ready. Parity,
//          framing, break and DMA.
// Source   National Semiconductor PC16550D data sheet (1995), §8 "Registers".

/// A 16550A serial port.
struct UART16550: Equatable, Sendable {
  //                 7     6     5     4     3     2     1     0
  // interrupt en.   0     0     0     0    MSI   LSI  THRE   RDA
  // line control   DLAB break stick  even parity stop  length
  // modem control   0     0     0   LOOP  OUT2  OUT1   RTS   DTR
  // line status    err  TEMT  THRE   BI    FE    PE    OE    DR
  // modem status   DCD   RI   DSR   CTS  dDCD  tRI   dDSR  dCTS
  private var interruptEnable: UInt8 = 0
  private var fifoControl: UInt8 = 0
  private var lineControl: UInt8 = 0
  private var modemControl: UInt8 = 0
  private var scratch: UInt8 = 0
  /// The divisor of 115 200 baud; 12 is the 9600 baud of a PC's BIOS.
  private var divisor: UInt16 = 12

  private var received = ByteFIFO(capacity: 16)
  /// The receive buffer: what it returns when nothing new is in it.
  private var lastReceived: UInt8 = 0
  private var overrun = false
  /// The transmitter became empty and nobody has been told.
  private var transmitterEmptied = false
  /// Bits 3..0 of the modem status: what changed since it was read.
  private var modemDeltas: UInt8 = 0

  var divisorLatchAccess: Bool { lineControl & 0x80 != 0 }
  private var fifosEnabled: Bool { fifoControl & 0x01 != 0 }
  private var loopback: Bool { modemControl & 0x10 != 0 }
  private var receiveCapacity: Int { fifosEnabled ? received.capacity : 1 }

  /// Whether a byte from outside finds room.
  var canReceive: Bool { !loopback && received.count < receiveCapacity }

  /// Whether the guest has read all that was received.
  var isDrained: Bool { received.isEmpty }

  /// Takes in a byte from outside; false, and it is not taken, if there is no room now.
  ///
  /// The other end honours the port's pace, so nothing from outside is ever lost.
  mutating func receive(_ byte: UInt8) -> Bool {
    canReceive && received.append(byte)
  }

  /// Whether the port asks for IRQ 4: an enabled interrupt is pending and OUT2 lets it through.
  ///
  /// In loopback the OUT2 pin is inactive, whatever the register says (PC16550D §8.7).
  var irqLine: Bool {
    interruptID != .none && modemControl & 0x08 != 0 && !loopback
  }

  /// Reads the register at `offset`, 0...7.
  mutating func read(offset: UInt16) -> UInt8 {
    switch offset {
    case 0: divisorLatchAccess ? UInt8(truncatingIfNeeded: divisor) : readReceived()
    case 1: divisorLatchAccess ? UInt8(truncatingIfNeeded: divisor >> 8) : interruptEnable
    case 2: readInterruptID()
    case 3: lineControl
    case 4: modemControl
    case 5: readLineStatus()
    case 6: readModemStatus()
    default: scratch
    }
  }

  /// Writes the register at `offset`, 0...7; returns the byte that leaves the port, if one does.
  mutating func write(offset: UInt16, value: UInt8) -> UInt8? {
    switch offset {
    case 0 where divisorLatchAccess: divisor = divisor & 0xFF00 | UInt16(value)
    case 0: return transmit(value)
    case 1 where divisorLatchAccess: divisor = divisor & 0x00FF | UInt16(value) << 8
    case 1: writeInterruptEnable(value & 0x0F)
    case 2: writeFIFOControl(value)
    case 3: lineControl = value
    case 4: writeModemControl(value & 0x1F)
    case 5, 6: break  // Status registers; writing them is for factory tests.
    default: scratch = value
    }
    return nil
  }
}

// MARK: - Data

extension UART16550 {
  private mutating func readReceived() -> UInt8 {
    if let byte = received.popFirst() { lastReceived = byte }
    return lastReceived
  }

  private mutating func transmit(_ byte: UInt8) -> UInt8? {
    transmitterEmptied = true
    guard loopback else { return byte }
    if received.count == receiveCapacity {
      overrun = true
      // Without FIFOs the new byte takes the old one's place, with them the new one is lost.
      if !fifosEnabled { received.removeAll() }
    }
    received.append(byte)
    return nil
  }

  private mutating func writeFIFOControl(_ value: UInt8) {
    let toggled = (value ^ fifoControl) & 0x01 != 0
    if toggled || value & 0x02 != 0 { received.removeAll() }
    // The other bits can be written only together with the enable bit (PC16550D §8.5).
    fifoControl = value & 0x01 != 0 ? value & 0xC9 : 0
  }
}

// MARK: - Interrupts

extension UART16550 {
  /// The interrupt to report, highest priority first (PC16550D table IV "Interrupt Control
  /// Functions"); the raw value is what the identification register shows in bits 3..0.
  private enum InterruptID: UInt8 {
    case lineStatus = 0b0110
    case receivedData = 0b0100
    case characterTimeout = 0b1100
    case transmitterEmptied = 0b0010
    case modemStatus = 0b0000
    case none = 0b0001
  }

  private var interruptID: InterruptID {
    if interruptEnable & 0x04 != 0, overrun { return .lineStatus }
    if interruptEnable & 0x01 != 0, !received.isEmpty {
      return received.count >= triggerLevel ? .receivedData : .characterTimeout
    }
    if interruptEnable & 0x02 != 0, transmitterEmptied { return .transmitterEmptied }
    if interruptEnable & 0x08 != 0, modemDeltas != 0 { return .modemStatus }
    return .none
  }

  private var triggerLevel: Int {
    guard fifosEnabled else { return 1 }
    return switch fifoControl >> 6 {
    case 0: 1
    case 1: 4
    case 2: 8
    default: 14
    }
  }

  private mutating func readInterruptID() -> UInt8 {
    let id = interruptID
    if id == .transmitterEmptied { transmitterEmptied = false }
    return id.rawValue | (fifosEnabled ? 0xC0 : 0)
  }

  private mutating func writeInterruptEnable(_ value: UInt8) {
    // The transmitter is always empty, so enabling its interrupt raises it.
    if value & 0x02 != 0, interruptEnable & 0x02 == 0 { transmitterEmptied = true }
    interruptEnable = value
  }
}

// MARK: - Line and modem

extension UART16550 {
  private mutating func readLineStatus() -> UInt8 {
    defer { overrun = false }
    return 0x60 | (overrun ? 0x02 : 0) | (received.isEmpty ? 0 : 0x01)
  }

  /// Bits 7..4 of the modem status: the other end's lines, in loopback our own.
  private var modemLines: UInt8 {
    guard loopback else { return 0xB0 }
    //      OUT2 -> DCD              OUT1 -> RI               RTS -> CTS               DTR -> DSR
    return (modemControl & 0x08) << 4 | (modemControl & 0x04) << 4 | (modemControl & 0x02) << 3
      | (modemControl & 0x01) << 5
  }

  private mutating func writeModemControl(_ value: UInt8) {
    let before = modemLines
    modemControl = value
    let after = modemLines
    // RI is reported only when it goes away (PC16550D §8.8, "Trailing Edge Ring Indicator").
    modemDeltas |= ((before ^ after) & 0xB0 | before & ~after & 0x40) >> 4
  }

  private mutating func readModemStatus() -> UInt8 {
    defer { modemDeltas = 0 }
    return modemLines | modemDeltas
  }
}
