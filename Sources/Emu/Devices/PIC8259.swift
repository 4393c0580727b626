// SPDX-License-Identifier: GPL-2.0-or-later

// One 8259A interrupt controller: which request goes to the processor first.
//
// Models   ICW1 to ICW4: single and cascaded, edge and level triggered, automatic end of interrupt,
//          special fully nested mode; the mask; all ends of interrupt and rotations; special mask
//          mode; polling; reading IRR and ISR; requests that go away before they are acknowledged
//          (the default IR7). Lines that are level triggered one by one, as chipsets have them.
// Leaves   the MCS-80 mode: vectors are always those of an 8086, with or without ICW4. The buffered
// out      mode, which is about pins. What the data sheet calls undefined when polling finds
//          nothing: zeros.
// Source   Intel 8259A data sheet (231468-003); sections are cited by their titles.

/// An 8259A; its lines are bits, bit n being IRn.
struct PIC8259: Equatable, Sendable {
  /// The initialization command word that comes next, while a sequence goes on.
  enum Initialization: Sendable {
    case vector
    case cascade
    case mode
  }

  /// The levels of the IR inputs.
  private(set) var lines: UInt8 = 0
  /// The lines whose rising edge has been used up: high still, but asking for nothing more.
  var spent: UInt8 = 0
  /// The lines that are level triggered whatever ICW1 says.
  var levelTriggered: UInt8 = 0

  /// The IMR: a set bit keeps its line from asking.
  var mask: UInt8 = 0
  /// The ISR: the lines that were acknowledged and are not at their end.
  var inService: UInt8 = 0
  /// The line of the lowest priority; the next one, going round, has the highest.
  var lowest: UInt8 = 7

  /// Bits 7..3 of the vectors (ICW2).
  var vectorBase: UInt8 = 0
  /// A master's inputs that have slaves (bits 7..0), or a slave's own number (bits 2..0) (ICW3).
  var cascade: UInt8 = 0
  /// No other controller is there (ICW1, SNGL).
  var isSingle = false
  /// All lines are level triggered (ICW1, LTIM).
  var isLevelTriggered = false
  /// An interrupt is at its end once it is acknowledged (ICW4, AEOI).
  var endsAutomatically = false
  /// A slave in service may ask again (ICW4, SFNM).
  var nestsSpecially = false
  var rotatesAutomatically = false
  var masksSpecially = false

  /// A read of the command port gives the ISR, not the IRR.
  var readsInService = false
  /// The next read acknowledges.
  var isPolled = false
  var initialization: Initialization?
  /// The sequence ends with ICW4.
  var needsMode = false
}

// MARK: - Requests

extension PIC8259 {
  /// Sets the level of input `line`, 0...7.
  @inline(__always)
  mutating func set(_ line: UInt8, _ level: Bool) {
    let bit: UInt8 = 1 << line
    if level {
      lines |= bit
    } else {
      lines &= ~bit
      spent &= ~bit
    }
  }

  /// The IRR: the lines that ask, masked or not.
  ///
  /// Its latches follow the inputs outside of an acknowledgement, so a request ends with its line's
  /// level (Figure 9 "Priority Cell", note 3; "Edge and Level Triggered Modes").
  var requests: UInt8 { lines & (isLevelTriggered ? 0xFF : ~spent | levelTriggered) }

  /// The INT output.
  @inline(__always)
  var int: Bool { requests & ~mask != 0 && next != nil }

  /// The line that INT stands for; nil while INT is low.
  ///
  /// Special mask mode lifts the barrier of a level in service that is masked ("Special Mask Mode").
  /// In special fully nested mode a slave's requests pass while the slave is in service ("The Special
  /// Fully Nested Mode").
  var next: UInt8? {
    guard initialization == nil, let line = first(of: requests & ~mask) else { return nil }
    guard let current = first(of: inService & (masksSpecially ? ~mask : 0xFF)) else { return line }
    if line == current { return nestsSpecially && hasSlave(at: line) ? line : nil }
    return priority(of: line) < priority(of: current) ? line : nil
  }

  /// How many lines go before `line`.
  private func priority(of line: UInt8) -> UInt8 { (line &- lowest &- 1) & 7 }

  /// The line of the highest priority among `lines`; nil if there is none.
  func first(of lines: UInt8) -> UInt8? {
    guard lines != 0 else { return nil }
    // Turned so that the highest priority is bit 0.
    let start = (lowest + 1) & 7
    let turned = UInt16(lines) << 8 | UInt16(lines)
    return (UInt8(truncatingIfNeeded: (turned >> UInt16(start)).trailingZeroBitCount) + start) & 7
  }

  /// Whether input `line` comes from another controller.
  func hasSlave(at line: UInt8) -> Bool { !isSingle && cascade >> line & 1 == 1 }

  /// Whether this is the slave that a master's cascade lines call by `number`.
  func isSlave(_ number: UInt8) -> Bool { !isSingle && cascade & 7 == number }
}

// MARK: - Acknowledgement

extension PIC8259 {
  /// Takes the request that INT stands for into service; nil if nothing asks any more, and nothing
  /// changes then.
  mutating func acknowledge() -> UInt8? {
    guard let line = next else { return nil }
    spent |= 1 << line
    if !endsAutomatically {
      inService |= 1 << line
    } else if rotatesAutomatically {
      lowest = line
    }
    return line
  }

  /// The vector of `line`; nil, nothing asking, gives that of IR7 ("Edge and Level Triggered Modes").
  func vector(of line: UInt8?) -> UInt8 { vectorBase | (line ?? 7) }
}
