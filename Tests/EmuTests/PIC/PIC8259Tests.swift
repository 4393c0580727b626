// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

/// One step of a program for a single controller, and what it shows.
private enum Step {
  /// Writes the command port, the data port.
  case command(UInt8), data(UInt8)
  /// Sets the level of lines: all that are set in the byte, and no others.
  case lines(UInt8)
  /// What the processor gets: a vector, or nil while INT is low.
  case interrupt(UInt8?)
  /// What an acknowledgement without INT gives.
  case spurious(UInt8)
  /// What a read of the command port, the data port gives.
  case reads(UInt8), readsData(UInt8)
}

extension PIC8259 {
  fileprivate mutating func take() -> UInt8 { vector(of: acknowledge()) }

  fileprivate mutating func run(_ program: [Step]) {
    for (index, step) in program.enumerated() {
      let place = "step \(index): \(step)"
      switch step {
      case .command(let value): write(offset: 0, value: value)
      case .data(let value): write(offset: 1, value: value)
      case .lines(let levels):
        for line in 0..<8 as Range<UInt8> { set(line, levels >> line & 1 == 1) }
      case .interrupt(let vector):
        #expect(int == (vector != nil), "\(place)")
        if let vector { #expect(take() == vector, "\(place)") }
      case .spurious(let vector):
        #expect(!int, "\(place)")
        let before = self
        #expect(take() == vector, "\(place)")
        #expect(self == before, "\(place)")
      case .reads(let value): #expect(read(offset: 0) == value, "\(place)")
      case .readsData(let value): #expect(read(offset: 1) == value, "\(place)")
      }
    }
  }
}

/// ICW1 to ICW4 of a lone controller with vectors from 0x40, edge triggered unless told otherwise.
private func initialized(icw1: UInt8 = 0x13, icw4: UInt8 = 0x01) -> [Step] {
  [.command(icw1), .data(0x40), .data(icw4), .data(0x00)]
}

private let readIRR = Step.command(0x0A)
private let readISR = Step.command(0x0B)
private let eoi = Step.command(0x20)

@Suite struct PIC8259Tests {
  // MARK: Initialization

  @Test func initializationTakesAsManyWordsAsICW1Says() {
    // icw1, words that follow, and whether ICW3 is one of them.
    for (icw1, words) in [(0x10, 2), (0x11, 3), (0x12, 1), (0x13, 2)] as [(UInt8, Int)] {
      var pic = PIC8259()
      pic.run([.data(0xFF), .command(icw1)])
      for word in 0..<words {
        #expect(!pic.int)
        pic.run([.readsData(0x00), .data(word == 0 ? 0x47 : 0x01)])
      }
      // The next one is a mask; bits 2..0 of ICW2 do not reach the vector.
      pic.run([.data(0xFD), .readsData(0xFD), .lines(0x02), .interrupt(0x41)])
    }
  }

  @Test func noInterruptComesInTheMiddleOfTheInitialization() {
    var pic = PIC8259()
    pic.run([.command(0x13), .lines(0x01), .interrupt(nil), .data(0x40), .interrupt(nil)])
    pic.run([.data(0x01), .interrupt(0x40)])
  }

  @Test func icw1ClearsWhatTheDataSheetLists() {
    var pic = PIC8259()
    pic.run(initialized(icw4: 0x13) + [.command(0x80), .command(0xC3), .command(0x6B)])
    pic.run([.data(0xF0), .lines(0x01), .command(0x13), .data(0x40), .data(0x01)])
    // Mask, special mask mode, status read, priorities, edges.
    pic.run([.readsData(0x00), .reads(0x00), .interrupt(nil), .lines(0x00)])
    pic.run([.lines(0xFF), .interrupt(0x40), readISR, .reads(0x01), readIRR, .reads(0xFE)])
    pic.run([.interrupt(nil), .data(0x01), .interrupt(nil)])
  }

  @Test func withoutICW4ItsModesAreOff() {
    var pic = PIC8259()
    pic.run(initialized(icw4: 0x13))
    pic.run([.command(0x12), .data(0x48), .lines(0x01), .interrupt(0x48), readISR, .reads(0x01)])
  }

  @Test func slaveNumberIs7AfterICW1() {
    var pic = PIC8259()
    pic.run([.command(0x11)])
    #expect(pic.isSlave(7))
    pic.run([.data(0x70), .data(0x02)])
    #expect(pic.isSlave(2))
  }

  // MARK: OCW1 and reading

  @Test(arguments: 0...7 as ClosedRange<UInt8>)
  func lineHasItsVectorMaskAndRegisters(line: UInt8) {
    let bit: UInt8 = 1 << line
    var pic = PIC8259()
    pic.run(initialized() + [.data(bit), .readsData(bit), .lines(bit), .interrupt(nil)])
    pic.run([readIRR, .reads(bit), readISR, .reads(0), .reads(0)])
    pic.run([.data(~bit), .interrupt(0x40 | line), .reads(bit), readIRR, .reads(0)])
    pic.run([.lines(0), .lines(bit), .reads(bit), .interrupt(nil)])
    pic.run([.command(0x60 | line), .interrupt(0x40 | line)])
  }

  @Test func maskedRequestWaits() {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x08), .data(0x08), .interrupt(nil)])
    pic.run([.data(0), .interrupt(0x43)])
  }

  // MARK: Edge and level

  @Test func edgeIsUsedUpByItsAcknowledgement() {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x01), .interrupt(0x40), eoi, .interrupt(nil)])
    pic.run([.lines(0x00), .lines(0x01), .interrupt(0x40)])
    pic.run([.lines(0x00), .lines(0x01), eoi, .interrupt(0x40)])
  }

  @Test(arguments: [true, false])
  func levelAsksAgainAfterItsEnd(byICW1: Bool) {
    var pic = PIC8259()
    pic.levelTriggered = byICW1 ? 0 : 0x20
    pic.run(initialized(icw1: byICW1 ? 0x1B : 0x13) + [.lines(0x20), .interrupt(0x45)])
    pic.run([readIRR, .reads(0x20), .interrupt(nil), eoi, .interrupt(0x45)])
    pic.run([.lines(0x00), .reads(0x00), eoi, .interrupt(nil)])
  }

  @Test(arguments: [0x13, 0x1B] as [UInt8])
  func requestThatGoesAwayLeavesTheDefaultIR7(icw1: UInt8) {
    var pic = PIC8259()
    pic.run(initialized(icw1: icw1) + [.lines(0x04), .lines(0x00), .spurious(0x47)])
    pic.run([readISR, .reads(0x00)])
    // A true IR7 differs by its bit.
    pic.run([.lines(0x80), .interrupt(0x47), .reads(0x80)])
  }

  // MARK: Nesting and ends of interrupt

  @Test func higherPrioritiesNestAndLowerOnesWait() {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x10), .interrupt(0x44), .lines(0x38), .interrupt(0x43)])
    pic.run([.lines(0x39), .interrupt(0x40), readISR, .reads(0x19), .interrupt(nil)])
    pic.run([eoi, .reads(0x18), eoi, .reads(0x10), .interrupt(nil)])
    pic.run([eoi, .interrupt(0x45), eoi, .reads(0x00), eoi, .reads(0x00)])
  }

  @Test(
    arguments: [
      // OCW2, ISR after 0b0101_0000 in service, line of the lowest priority after 7
      (0x00, 0x50, 7), (0x20, 0x40, 7), (0x40, 0x50, 7), (0x46, 0x50, 7), (0x66, 0x10, 7),
      (0x65, 0x50, 7), (0x80, 0x50, 7), (0xA0, 0x40, 4), (0xC2, 0x50, 2), (0xE6, 0x10, 6),
      (0xE1, 0x50, 1), (0x27, 0x40, 7), (0xA3, 0x40, 4),
    ] as [(UInt8, UInt8, UInt8)])
  func ocw2(word: UInt8, inService: UInt8, lowest: UInt8) {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x40), .interrupt(0x46), .lines(0x50), .interrupt(0x44)])
    pic.run([.command(word), readISR, .reads(inService)])
    #expect(pic.lowest == lowest)
  }

  @Test func rotationGivesEqualLinesTheirTurn() {
    var pic = PIC8259()
    pic.run(initialized(icw1: 0x1B) + [.lines(0x0B)])
    for vector in [0x40, 0x41, 0x43, 0x40, 0x41, 0x43] as [UInt8] {
      pic.run([.interrupt(vector), .command(0xA0)])
    }
  }

  @Test func rotatedPrioritiesNestRoundTheCorner() {
    var pic = PIC8259()
    pic.run(initialized() + [.command(0xC5), .lines(0x20), .interrupt(0x45)])  // 6 is highest.
    pic.run([.lines(0x21), .interrupt(0x40), .lines(0xA1), .interrupt(0x47)])
    pic.run([.lines(0xE1), .interrupt(0x46), .lines(0xE3), .interrupt(nil)])
    pic.run([eoi, readISR, .reads(0xA1), eoi, .reads(0x21), eoi, .reads(0x20)])
  }

  @Test func automaticEndLeavesNothingInService() {
    var pic = PIC8259()
    pic.run(initialized(icw4: 0x03) + [.lines(0x03), .interrupt(0x40), readISR, .reads(0)])
    pic.run([.interrupt(0x41), .interrupt(nil), .lines(0x02), .lines(0x03), .interrupt(0x40)])
  }

  @Test func automaticRotationNeedsItsModeAndCanBeCleared() {
    var pic = PIC8259()
    pic.run(initialized(icw1: 0x1B, icw4: 0x03) + [.lines(0x06)])
    pic.run([.interrupt(0x41), .interrupt(0x41)])
    pic.run([.command(0x80), .interrupt(0x41), .interrupt(0x42), .interrupt(0x41)])
    pic.run([.command(0x00), .interrupt(0x42), .interrupt(0x42)])
  }

  // MARK: Special modes

  @Test func specialMaskModeLetsLowerPrioritiesThroughAMaskedService() {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x04), .interrupt(0x42), .lines(0x24), .interrupt(nil)])
    pic.run([.data(0x04), .interrupt(nil), .command(0x68), .interrupt(0x45), readISR, .reads(0x24)])
    // The non-specific end passes over what is masked.
    pic.run([eoi, .reads(0x04), eoi, .reads(0x04), .command(0x62), .reads(0x00)])
    // ESMM = 0 changes nothing, 10 leaves the mode.
    pic.run([.lines(0), .data(0), .lines(0x04), .interrupt(0x42), .data(0x04)])
    pic.run([.command(0x08), .lines(0x24), .interrupt(0x45), eoi])
    pic.run([.command(0x48), .lines(0x04), .lines(0x24), .interrupt(nil)])
  }

  @Test func specialFullyNestedModeLetsTheSameSlaveInterruptItself() {
    var pic = PIC8259()
    pic.run([.command(0x11), .data(0x40), .data(0x04), .data(0x11), .data(0x00)])
    pic.run([.lines(0x04), .interrupt(0x42), .lines(0x00), .lines(0x04), .interrupt(0x42)])
    // Lower priorities still wait, and lines without a slave do not nest.
    pic.run([.lines(0x08), .interrupt(nil), eoi, .interrupt(0x43)])
    pic.run([.lines(0x00), .lines(0x08), .interrupt(nil)])
  }

  @Test func pollAcknowledgesAndGoesBeforeStatusReads() {
    var pic = PIC8259()
    pic.run(initialized() + [.lines(0x48), .command(0x0C), .reads(0x83), .reads(0x40)])
    pic.run([readISR, .reads(0x08), .command(0x0C), .reads(0x00), .reads(0x08)])
    // At either port; RR and RIS of the same word hold for the read after it.
    pic.run([eoi, .command(0x0E), .readsData(0x86), .reads(0x00), readISR, .reads(0x40)])
    pic.run([.command(0x0C), .command(0x08), .reads(0x40)])
  }

  @Test func pollWithAutomaticEndLeavesNothingInService() {
    var pic = PIC8259()
    pic.run(initialized(icw4: 0x03) + [.lines(0x10), .command(0x0F), .reads(0x84), .reads(0x00)])
  }
}
