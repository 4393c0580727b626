// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

extension PIC8259Pair {
  /// A pair as operating systems set it up: vectors 0x20...0x2F, nothing masked; all lines edges.
  fileprivate static func remapped(masterICW4: UInt8 = 1, slaveICW4: UInt8 = 1) -> PIC8259Pair {
    var pair = PIC8259Pair()
    pair.set(.timer, false)
    pair.writeControl(offset: 1, value: 0)
    pair.writeMaster(offset: 0, value: 0x11)
    for word in [0x20, 0x04, masterICW4, 0x00] { pair.writeMaster(offset: 1, value: word) }
    pair.writeSlave(offset: 0, value: 0x11)
    for word in [0x28, 0x02, slaveICW4, 0x00] { pair.writeSlave(offset: 1, value: word) }
    return pair
  }

  fileprivate mutating func take() -> UInt8? { int ? acknowledge() : nil }

  fileprivate mutating func pulse(_ irq: UInt8) {
    set(IRQ(irq), false)
    set(IRQ(irq), true)
  }

  fileprivate mutating func inService() -> UInt16 {
    writeMaster(offset: 0, value: 0x0B)
    writeSlave(offset: 0, value: 0x0B)
    return UInt16(readSlave(offset: 0)) << 8 | UInt16(readMaster(offset: 0))
  }
}

@Suite struct PIC8259PairTests {
  @Test func startsAsBIOSAndGRUBLeaveIt() {
    var pair = PIC8259Pair()
    #expect(pair.readMaster(offset: 1) == 0xB8)
    #expect(pair.readSlave(offset: 1) == 0x8E)
    #expect(pair.readControl(offset: 0) == 0x00)
    #expect(pair.readControl(offset: 1) == 0x0C)
    #expect(pair.take() == nil)
    #expect(pair.inService() == 0)
    pair.pulse(0)
    #expect(pair.take() == 0x08)
    pair.writeMaster(offset: 0, value: 0x20)
    pair.pulse(8)
    #expect(pair.take() == 0x70)
  }

  @Test(arguments: (0...15 as ClosedRange<UInt8>).filter { $0 != 2 })
  func everyLineHasItsVector(irq: UInt8) {
    var pair = PIC8259Pair.remapped()
    pair.set(IRQ(irq), true)
    #expect(pair.next == IRQ(irq))
    #expect(pair.take() == 0x20 + irq)
    #expect(pair.inService() == (irq < 8 ? 1 << irq : 1 << irq | 1 << 2))
    #expect(pair.take() == nil)
  }

  @Test func slaveComesBetweenIRQ1AndIRQ3() {
    var pair = PIC8259Pair.remapped()
    for irq in [0, 1, 3, 8, 15] as [UInt8] { pair.set(IRQ(irq), true) }
    var order: [UInt8] = []
    while let vector = pair.take() {
      order.append(vector)
      if vector >= 0x28 { pair.writeSlave(offset: 0, value: 0x20) }
      pair.writeMaster(offset: 0, value: 0x20)
    }
    #expect(order == [0x20, 0x21, 0x28, 0x2F, 0x23])
  }

  @Test func endAtTheMasterAloneKeepsLowerSlaveLinesWaiting() {
    var pair = PIC8259Pair.remapped()
    pair.set(IRQ(10), true)
    #expect(pair.take() == 0x2A)
    pair.writeMaster(offset: 0, value: 0x20)
    pair.set(IRQ(12), true)
    #expect(pair.take() == nil)
    pair.set(IRQ(9), true)
    #expect(pair.take() == 0x29)
  }

  @Test func withoutSpecialNestingTheSlaveCannotInterruptItself() {
    for (icw4, vector) in [(0x01, nil), (0x11, 0x28)] as [(UInt8, UInt8?)] {
      var pair = PIC8259Pair.remapped(masterICW4: icw4)
      pair.set(IRQ(12), true)
      #expect(pair.take() == 0x2C)
      pair.set(IRQ(8), true)
      #expect(pair.take() == vector)
    }
  }

  @Test func automaticEndInTheSlaveLosesNoRequest() {
    var pair = PIC8259Pair.remapped(masterICW4: 3, slaveICW4: 3)
    for irq in 8...15 as ClosedRange<UInt8> { pair.set(IRQ(irq), true) }
    for vector in 0x28...0x2F as ClosedRange<UInt8> { #expect(pair.take() == vector) }
    #expect(pair.take() == nil)
  }

  @Test func spurious7LeavesNoTrace() {
    var pair = PIC8259Pair.remapped()
    pair.set(IRQ(3), true)
    #expect(pair.int)
    pair.set(IRQ(3), false)
    #expect(!pair.int)
    #expect(pair.next == nil)
    #expect(pair.acknowledge() == 0x27)
    #expect(pair.inService() == 0)
  }

  @Test func spurious15LeavesTheMastersBitOfTheSlave() {
    var pair = PIC8259Pair.remapped()
    pair.set(IRQ(10), true)
    // The request goes after the master has latched the slave's call.
    pair.slave.set(2, false)
    #expect(pair.int)
    #expect(pair.next == nil)
    #expect(pair.acknowledge() == 0x2F)
    #expect(pair.inService() == 0x0004)
    pair.writeMaster(offset: 0, value: 0x20)
    #expect(pair.inService() == 0)
    pair.pulse(15)
    #expect(pair.take() == 0x2F)
    #expect(pair.inService() == 0x8004)
  }

  @Test func pollingReachesTheSlaveThroughBothChips() {
    var pair = PIC8259Pair.remapped()
    pair.set(IRQ(11), true)
    pair.writeMaster(offset: 0, value: 0x0C)
    #expect(pair.readMaster(offset: 0) == 0x82)
    pair.writeSlave(offset: 0, value: 0x0C)
    #expect(pair.readSlave(offset: 0) == 0x83)
    #expect(pair.inService() == 0x0804)
  }

  @Test func wrongICW3LeavesTheBusEmpty() {
    var pair = PIC8259Pair.remapped()
    pair.writeSlave(offset: 0, value: 0x11)
    for word in [0x28, 0x04, 0x01] as [UInt8] { pair.writeSlave(offset: 1, value: word) }
    pair.set(IRQ(9), true)
    #expect(pair.take() == 0xFF)
  }

  @Test func edgeLevelRegistersKeepTheFixedLines() {
    var pair = PIC8259Pair.remapped()
    pair.writeControl(offset: 0, value: 0xFF)
    pair.writeControl(offset: 1, value: 0xFF)
    #expect(pair.readControl(offset: 0) == 0xF8)
    #expect(pair.readControl(offset: 1) == 0xDE)
    // A level on the slave asks again after the two ends, an edge does not.
    for (irq, again) in [(11, 0x2B), (8, nil)] as [(UInt8, UInt8?)] {
      var pair = pair
      pair.set(IRQ(irq), true)
      #expect(pair.take() == 0x20 + irq)
      pair.writeSlave(offset: 0, value: 0x20)
      pair.writeMaster(offset: 0, value: 0x20)
      #expect(pair.take() == again)
    }
  }

  // MARK: Against the reference

  @Test(arguments: 1...200)
  func randomProgramDoesAsTheReferenceDoes(seed: UInt64) {
    var random = FixedRandom(state: seed)
    var pair = PIC8259Pair.remapped()
    var reference = ReferencePair()
    for (chip, words) in [[0x11, 0x20, 4, 1, 0], [0x11, 0x28, 2, 1, 0]].enumerated() {
      for (index, word) in words.enumerated() { reference.write(chip, min(index, 1), word) }
    }
    for step in 0..<2_000 {
      let action = ProgramAction.random(using: &random)
      #expect(action.done(by: &pair) == action.done(by: &reference), "step \(step): \(action)")
      guard pair.int == reference.int, pair.master.requests == reference.chips[0].irr,
        pair.slave.requests == reference.chips[1].irr,
        pair.master.inService == reference.chips[0].isr,
        pair.slave.inService == reference.chips[1].isr
      else {
        Issue.record("seed \(seed), step \(step): \(action)")
        return
      }
    }
  }
}

/// Something that a program, a device or the processor does to the controllers.
private enum ProgramAction {
  case line(UInt8, Bool)
  case write(chip: Int, offset: UInt16, UInt8)
  case read(chip: Int, offset: UInt16)
  case control(chip: Int, UInt8)
  case acknowledge

  static func random(using random: inout FixedRandom) -> ProgramAction {
    let chip = Int.random(in: 0...1, using: &random)
    let byte = UInt8.random(in: .min ... .max, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<35:
      // Nothing is wired to IRQ 2.
      return .line(byte & 0xF == 2 ? 0 : byte & 0xF, byte >> 4 != 0 && byte & 0x80 == 0)
    case 35..<60: return .acknowledge
    case 60..<68: return .write(chip: chip, offset: 0, 0x20)
    case 68..<78: return .write(chip: chip, offset: 0, byte & 0xE7)  // OCW2
    case 78..<85: return .write(chip: chip, offset: 0, byte & 0x67 | 0x08)  // OCW3
    case 85..<90:
      return .write(chip: chip, offset: 1, byte & UInt8(truncatingIfNeeded: random.next()))
    case 90: return .write(chip: chip, offset: 0, byte & 0x0F | 0x10)  // ICW1
    case 91: return .write(chip: chip, offset: 1, chip == 0 ? 4 : 2)  // May be an ICW3.
    case 92: return .control(chip: chip, byte)
    default: return .read(chip: chip, offset: UInt16(byte & 1))
    }
  }

  func done(by pair: inout PIC8259Pair) -> Int? {
    switch self {
    case .line(let irq, let level): pair.set(IRQ(irq), level)
    case .write(0, let offset, let value): pair.writeMaster(offset: offset, value: value)
    case .write(_, let offset, let value): pair.writeSlave(offset: offset, value: value)
    case .read(0, let offset): return Int(pair.readMaster(offset: offset))
    case .read(_, let offset): return Int(pair.readSlave(offset: offset))
    case .control(let chip, let value): pair.writeControl(offset: UInt16(chip), value: value)
    case .acknowledge: return Int(pair.acknowledge())
    }
    return nil
  }

  func done(by reference: inout ReferencePair) -> Int? {
    switch self {
    case .line(let irq, let level): reference.setInput(Int(irq), level)
    case .write(let chip, let offset, let value): reference.write(chip, Int(offset), Int(value))
    case .read(let chip, let offset): return reference.read(chip, Int(offset))
    case .control(let chip, let value): reference.setLevelLines(chip, Int(value))
    case .acknowledge: return reference.acknowledge()
    }
    return nil
  }
}
