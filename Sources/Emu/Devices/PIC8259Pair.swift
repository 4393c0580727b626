// SPDX-License-Identifier: GPL-2.0-or-later

// A PC's two interrupt controllers: the master at ports 0x20 and 0x21 with IRQ 0 to 7, the slave at
// 0xA0 and 0xA1 with IRQ 8 to 15 on the master's input 2; and the chipset's edge/level control
// registers at 0x4D0 and 0x4D1.
//
// Models   the cascade as it is wired and as ICW3 describes it; the default IR7 of either, should a
//          request go between INT and INTA (kemu's processor answers in the moment in which it sees
//          INT, so that does not happen to it).
// Leaves   the ICW1 bit LTIM without effect on chipsets that have the two registers: here either
// out      makes a line level triggered, which is what the data sheet of each says of itself.
// Source   Intel 8259A data sheet (231468-003), "Cascade Mode"; IBM PC AT Technical Reference,
//          "System Interrupts"; Intel ICH9 Datasheet (316972), §13.4 "Interrupt Controller Registers".

/// The pair of interrupt controllers.
struct PIC8259Pair: Equatable, Sendable {
  private(set) var master: PIC8259
  var slave: PIC8259

  /// The master's input to which the slave is wired.
  private static let slaveLine: UInt8 = 2
  /// The lines of the timer, the keyboard, the cascade, the clock and the floating-point unit are
  /// edge triggered for good (ICH9 §13.4.10 "ELCR1", §13.4.11 "ELCR2").
  private static let canBeLevelTriggered = (master: UInt8(0xF8), slave: UInt8(0xDE))

  /// The pair as BIOS and GRUB leave it, the timer's line high from a tick that was served.
  ///
  /// As a multiboot guest finds it, and `info pic` shows it, on QEMU 7.2 with SeaBIOS 1.16 and GRUB
  /// 2.06, machines `pc` and `q35`: timer, keyboard, cascade, floppy, clock and mouse are let
  /// through, the vectors are those of DOS, and IRQ 10 and 11, PCI's, are level triggered.
  init() {
    master = PIC8259(mask: 0xB8, vectorBase: 0x08, cascade: 1 << Self.slaveLine)
    slave = PIC8259(
      levelTriggered: 0x0C, mask: 0x8E, vectorBase: 0x70, cascade: Self.slaveLine)
    master.set(IRQ.timer.number, true)
    master.spent = 1 << IRQ.timer.number
  }

  /// Sets the level of line `irq`, 0...15; nothing is wired to IRQ 2.
  mutating func set(_ irq: IRQ, _ level: Bool) {
    if irq.number < 8 {
      master.set(irq.number, level)
    } else {
      slave.set(irq.number & 7, level)
      cascade()
    }
  }

  /// Whether the processor would be asked if line `irq` rose.
  func raisesINT(by irq: IRQ) -> Bool {
    var risen = self
    risen.set(irq, false)
    risen.set(irq, true)
    return risen.int
  }

  private mutating func cascade() { master.set(Self.slaveLine, slave.int) }

  /// Whether the processor is asked to interrupt its work.
  @inline(__always)
  var int: Bool { master.int }

  /// What `acknowledge` would take into service; nil is nothing: IRQ 7 or 15 by default.
  var next: IRQ? {
    guard let line = master.next else { return nil }
    guard master.hasSlave(at: line) else { return IRQ(line) }
    return line == Self.slaveLine && slave.isSlave(line) ? slave.next.map { IRQ(8 | $0) } : nil
  }

  /// The processor's answer to INT: takes the request of the highest priority into service and gives
  /// its vector.
  ///
  /// If nothing asks any more that is the vector of line 7, of the slave's line 7 if the slave has
  /// called the master; nothing goes into service then but the master's line of the slave.
  mutating func acknowledge() -> UInt8 {
    let line = master.acknowledge()
    guard let line, master.hasSlave(at: line) else { return master.vector(of: line) }
    // Where ICW3 tells of a slave that is not there, nobody drives the data bus.
    guard line == Self.slaveLine, slave.isSlave(line) else { return 0xFF }
    let vector = slave.vector(of: slave.acknowledge())
    pulseCascade()
    return vector
  }

  /// INT falls with every acknowledgement, so that what still asks makes a new edge.
  private mutating func pulseCascade() {
    master.set(Self.slaveLine, false)
    cascade()
  }
}

// MARK: - Ports

extension PIC8259Pair {
  /// Reads the master's port at `offset`, 0 or 1.
  mutating func readMaster(offset: UInt16) -> UInt8 { master.read(offset: offset) }

  /// Reads the slave's port at `offset`, 0 or 1.
  mutating func readSlave(offset: UInt16) -> UInt8 {
    let isPolled = slave.isPolled
    defer { if isPolled { pulseCascade() } }
    return slave.read(offset: offset)
  }

  mutating func writeMaster(offset: UInt16, value: UInt8) {
    master.write(offset: offset, value: value)
  }

  mutating func writeSlave(offset: UInt16, value: UInt8) {
    slave.write(offset: offset, value: value)
    cascade()
  }

  /// Reads the edge/level control register at `offset`: 0 the master's, 1 the slave's.
  func readControl(offset: UInt16) -> UInt8 {
    offset == 0 ? master.levelTriggered : slave.levelTriggered
  }

  mutating func writeControl(offset: UInt16, value: UInt8) {
    if offset == 0 {
      master.levelTriggered = value & Self.canBeLevelTriggered.master
    } else {
      slave.levelTriggered = value & Self.canBeLevelTriggered.slave
      cascade()
    }
  }
}
