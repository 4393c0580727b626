// SPDX-License-Identifier: GPL-2.0-or-later

/// An 8259A written from the data sheet's sentences and its Figure 9 to judge the one that computes:
/// eight cells with their latches, and a list of the lines in the order of their priority.
struct ReferencePIC {
  /// A priority cell.
  struct Cell: Equatable {
    var input = false
    /// The edge sense latch: set by a rising input, reset by a falling one and by acknowledgement.
    var edge = false
    var inService = false
    var masked = false
    var hasSlave = false
  }

  var cells = [Cell](repeating: Cell(), count: 8)
  /// Highest first.
  var order = Array(0...7)
  var base = 0
  var ownNumber = 7
  var single = false
  var level = false
  /// Lines with their own level trigger.
  var levelLines: Set<Int> = []
  var automaticEnd = false
  var automaticRotation = false
  var fullyNestedSpecially = false
  var maskSpecially = false
  var statusIsISR = false
  var polled = false
  /// The words still to come: "2", "3", "4".
  var expected: [Int] = []

  mutating func setInput(_ line: Int, _ high: Bool) {
    if high && !cells[line].input { cells[line].edge = true }
    if !high { cells[line].edge = false }
    cells[line].input = high
  }

  func isRequesting(_ line: Int) -> Bool {
    level || levelLines.contains(line) ? cells[line].input : cells[line].input && cells[line].edge
  }

  private func bits(_ isSet: (Int) -> Bool) -> Int {
    (0...7).reduce(0) { $0 + (isSet($1) ? 1 << $1 : 0) }
  }
  var irr: Int { bits(isRequesting) }
  var isr: Int { bits { cells[$0].inService } }
  var imr: Int { bits { cells[$0].masked } }

  /// From the highest priority down: the first unmasked request wins, a level in service bars the
  /// way.
  var winner: Int? {
    guard expected.isEmpty else { return nil }
    for line in order {
      let cell = cells[line]
      let bars = cell.inService && !(maskSpecially && cell.masked)
      let asks = isRequesting(line) && !cell.masked
      if asks && !bars { return line }
      if bars {
        let mayNest = asks && fullyNestedSpecially && cell.hasSlave && !single
        return mayNest ? line : nil
      }
    }
    return nil
  }

  private mutating func makeLowest(_ line: Int) {
    while order.last != line { order.append(order.removeFirst()) }
  }

  private mutating func endNonSpecifically() -> Int? {
    for line in order where cells[line].inService && !(maskSpecially && cells[line].masked) {
      cells[line].inService = false
      return line
    }
    return nil
  }

  mutating func acknowledge() -> Int? {
    guard let line = winner else { return nil }
    cells[line].edge = false
    cells[line].inService = !automaticEnd
    if automaticEnd && automaticRotation { makeLowest(line) }
    return line
  }

  mutating func read(_ a0: Int) -> Int {
    if polled {
      polled = false
      guard let line = acknowledge() else { return 0 }
      return 128 + line
    }
    return a0 == 1 ? imr : statusIsISR ? isr : irr
  }

  mutating func write(_ a0: Int, _ word: Int) {
    func bit(_ number: Int) -> Bool { word / (1 << number) % 2 == 1 }
    if a0 == 0 && bit(4) {
      for line in 0...7 {
        cells[line].edge = false
        cells[line].inService = false
        cells[line].masked = false
        cells[line].hasSlave = line < 3  // The slave number 7 in binary, until ICW3 comes.
      }
      order = Array(0...7)
      ownNumber = 7
      (base, maskSpecially, statusIsISR, polled) = (0, false, false, false)
      (automaticEnd, automaticRotation, fullyNestedSpecially) = (false, false, false)
      level = bit(3)
      single = bit(1)
      expected = [2] + (single ? [] : [3]) + (bit(0) ? [4] : [])
    } else if a0 == 0 && bit(3) {
      if bit(6) { maskSpecially = bit(5) }
      if bit(1) { statusIsISR = bit(0) }
      polled = bit(2)
    } else if a0 == 0 {
      switch (bit(7), bit(6), bit(5)) {
      case (false, false, true): _ = endNonSpecifically()
      case (false, true, true): cells[word % 8].inService = false
      case (true, false, true): if let line = endNonSpecifically() { makeLowest(line) }
      case (true, true, true):
        cells[word % 8].inService = false
        makeLowest(word % 8)
      case (true, true, false): makeLowest(word % 8)
      case (let set, false, false): automaticRotation = set
      case (false, true, false): break
      }
    } else if expected.isEmpty {
      for line in 0...7 { cells[line].masked = bit(line) }
    } else {
      switch expected.removeFirst() {
      case 2: base = word / 8 * 8
      case 3:
        for line in 0...7 { cells[line].hasSlave = bit(line) }
        ownNumber = word % 8
      default: (fullyNestedSpecially, automaticEnd) = (bit(4), bit(1))
      }
    }
  }
}

/// Two of them as a PC wires them.
struct ReferencePair {
  var chips = [ReferencePIC(), ReferencePIC()]

  /// The slave's INT is the master's input 2.
  private mutating func wire() { chips[0].setInput(2, chips[1].winner != nil) }

  /// INT is low for a moment while the slave is acknowledged.
  private mutating func pulse() {
    chips[0].setInput(2, false)
    wire()
  }

  mutating func setInput(_ irq: Int, _ high: Bool) {
    chips[irq / 8].setInput(irq % 8, high)
    wire()
  }

  mutating func write(_ chip: Int, _ a0: Int, _ word: Int) {
    chips[chip].write(a0, word)
    wire()
  }

  mutating func read(_ chip: Int, _ a0: Int) -> Int {
    let polled = chips[chip].polled
    let value = chips[chip].read(a0)
    if polled && chip == 1 { pulse() }
    return value
  }

  mutating func setLevelLines(_ chip: Int, _ word: Int) {
    let possible = chip == 0 ? [3, 4, 5, 6, 7] : [1, 2, 3, 4, 6, 7]
    chips[chip].levelLines = Set(possible.filter { word >> $0 & 1 == 1 })
    wire()
  }

  var int: Bool { chips[0].winner != nil }

  mutating func acknowledge() -> Int {
    guard let line = chips[0].acknowledge() else { return chips[0].base + 7 }
    guard chips[0].cells[line].hasSlave && !chips[0].single else { return chips[0].base + line }
    guard line == 2 && !chips[1].single && chips[1].ownNumber == 2 else { return 255 }
    let slaveLine = chips[1].acknowledge() ?? 7
    pulse()
    return chips[1].base + slaveLine
  }
}
