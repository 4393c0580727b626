// SPDX-License-Identifier: GPL-2.0-or-later

/// An 8254 counter that executes every clock pulse, written from the data sheet's figures to judge
/// the one that jumps.
struct SteppedCounter {
  let mode: Int
  let modulus: Int
  var gate: Bool
  var out: Bool
  var isNull = true
  var element = 0
  private var register: Int?
  private var loadsNext = false
  private var isStarted = false
  private var isHeld = false
  private var awaitsEnd = false
  /// Mode 3: pulses until the output changes.
  private var half = 0

  init(mode: Int, decimal: Bool, gate: Bool) {
    self.mode = mode
    self.modulus = decimal ? 10_000 : 65_536
    self.gate = gate
    out = mode != 0
  }

  /// The first byte of two.
  mutating func writeFirstByte() {
    guard mode == 0 else { return }
    isHeld = true
    loadsNext = false
    out = false
  }

  mutating func write(_ count: Int) {
    let isFirst = register == nil
    register = count
    isNull = true
    if mode == 0 { out = false }
    if mode == 0 || mode == 4 || isFirst && (mode == 2 || mode == 3) { loadsNext = true }
  }

  mutating func set(gate newGate: Bool) {
    if newGate && !gate && register != nil && [1, 2, 3, 5].contains(mode) { loadsNext = true }
    if !newGate && gate && (mode == 2 || mode == 3) { out = true }
    gate = newGate
  }

  private var length: Int { register == 0 ? modulus : register ?? modulus }

  private mutating func load() {
    isNull = false
    element = mode == 3 ? (length - length % 2) % modulus : length % modulus
  }

  private mutating func decrement(by amount: Int = 1) {
    element = (element - amount + modulus) % modulus
  }

  mutating func clock() {
    if loadsNext {
      loadsNext = false
      isStarted = true
      isHeld = false
      awaitsEnd = true
      load()
      half = (length + 1) / 2
      out = mode >= 2
      return
    }
    // A strobe ends after one pulse, counting or not.
    if mode >= 4, !out { out = true }
    let isInhibited = !gate && mode != 1 && mode != 5
    guard isStarted, !isHeld, !isInhibited else { return }
    switch mode {
    case 0, 1:
      decrement()
      if element == 0, awaitsEnd { (out, awaitsEnd) = (true, false) }
    case 2:
      if element == 1 {
        load()
        out = true
      } else {
        decrement()
        if element == 1 { out = false }
      }
    case 3:
      half -= 1
      if half == 0 {
        out.toggle()
        load()
        half = out ? (length + 1) / 2 : length / 2
      } else {
        decrement(by: 2)
      }
    default:
      decrement()
      if element == 0, awaitsEnd { (out, awaitsEnd) = (false, false) }
    }
  }
}
