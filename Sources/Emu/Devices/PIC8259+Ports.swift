// SPDX-License-Identifier: GPL-2.0-or-later

// The command words. Offset 0 is A0 = 0, the command port; offset 1 is A0 = 1, the data port.
extension PIC8259 {
  /// Reads the command port: a poll's answer, the IRR or the ISR; or the data port: the IMR.
  ///
  /// After a poll command the next read, wherever, is an acknowledgement ("Poll Command").
  mutating func read(offset: UInt16) -> UInt8 {
    if isPolled {
      isPolled = false
      //  7    6..3  2..0
      // asks   -    line
      return acknowledge().map { 0x80 | $0 } ?? 0
    }
    return offset != 0 ? mask : readsInService ? inService : requests
  }

  /// Writes a command word.
  mutating func write(offset: UInt16, value: UInt8) {
    switch (offset, value & 0x18) {
    case (1, _) where initialization != nil: continueInitialization(value)
    case (1, _): mask = value
    case (_, 0x00): endOrRotate(value)
    case (_, 0x08): setModes(value)
    default: initialize(value)
    }
  }
}

// MARK: - Initialization

extension PIC8259 {
  //  7 6 5   4    3     2    1     0
  //    -     1  LTIM   ADI  SNGL  IC4
  /// ICW1 ("Initialization Command Words 1 and 2"): what it resets, and what the sequence sets anew.
  ///
  /// A line that is high has to fall before it can ask again. That the ISR is cleared is in Figure 9,
  /// "Priority Cell", alone: master clear.
  private mutating func initialize(_ value: UInt8) {
    self = PIC8259(
      lines: lines, spent: lines, levelTriggered: levelTriggered, cascade: 7,
      isSingle: value & 0x02 != 0, isLevelTriggered: value & 0x08 != 0, initialization: .vector,
      needsMode: value & 0x01 != 0)
  }

  private mutating func continueInitialization(_ value: UInt8) {
    switch initialization {
    case .vector:
      vectorBase = value & 0xF8
      initialization = isSingle ? afterCascade : .cascade
    case .cascade:
      cascade = value
      initialization = afterCascade
    case .mode:
      //  7 6 5   4     3    2    1    0
      //    0    SFNM  BUF  M/S  AEOI  8086
      nestsSpecially = value & 0x10 != 0
      endsAutomatically = value & 0x02 != 0
      initialization = nil
    case nil: break
    }
  }

  private var afterCascade: Initialization? { needsMode ? .mode : nil }
}

// MARK: - Operation

extension PIC8259 {
  //  7    6    5    4 3   2 1 0
  //  R   SL   EOI   0 0    line
  /// OCW2 ("End of Interrupt", "Automatic Rotation", "Specific Rotation").
  private mutating func endOrRotate(_ value: UInt8) {
    let line = value & 7
    switch value >> 5 {
    case 0b000: rotatesAutomatically = false
    case 0b001: endHighest()
    case 0b010: break
    case 0b011: inService &= ~(1 << line)
    case 0b100: rotatesAutomatically = true
    case 0b101: if let ended = endHighest() { lowest = ended }
    case 0b110: lowest = line
    default:
      inService &= ~(1 << line)
      lowest = line
    }
  }

  /// The non-specific end: of the highest level in service, but for those that special mask mode
  /// sets aside ("End of Interrupt (EOI)").
  @discardableResult
  private mutating func endHighest() -> UInt8? {
    guard let line = first(of: inService & (masksSpecially ? ~mask : 0xFF)) else { return nil }
    inService &= ~(1 << line)
    return line
  }

  //  7    6     5   4 3  2    1    0
  //  0  ESMM  SMM   0 1  P   RR   RIS
  /// OCW3 ("Operation Control Word 3").
  private mutating func setModes(_ value: UInt8) {
    if value & 0x40 != 0 { masksSpecially = value & 0x20 != 0 }
    if value & 0x02 != 0 { readsInService = value & 0x01 != 0 }
    // A poll goes before the read of a register that the same word asks for.
    isPolled = value & 0x04 != 0
  }
}
