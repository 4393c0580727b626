// SPDX-License-Identifier: GPL-2.0-or-later

/// The counting half of one of the interval timer's counters: count register, counting element,
/// gate and output.
///
/// What the element holds follows from a state and the clock pulses since, so nothing happens
/// between accesses: `advanced(to:)` jumps over any number of pulses at once.
/// Source: Intel 82C54 data sheet (231244), "Mode Definitions".
struct PITCounter: Equatable, Sendable {
  /// How a counter counts and what its output does (82C54, figures 15 to 20).
  enum Mode: UInt8, Sendable {
    case interruptOnTerminalCount = 0
    case retriggerableOneShot = 1
    case rateGenerator = 2
    case squareWave = 3
    case softwareTriggeredStrobe = 4
    case hardwareTriggeredStrobe = 5

    /// The mode of a control word's bits 3..1; bit 3 does not matter in modes 2 and 3.
    init(bits: UInt8) {
      self = Mode(rawValue: bits & 7) ?? (bits & 1 == 0 ? .rateGenerator : .squareWave)
    }

    /// Whether the count is loaded again whenever it has run out.
    var isPeriodic: Bool { self == .rateGenerator || self == .squareWave }

    /// Whether only a rising gate starts it.
    var isGateTriggered: Bool {
      self == .retriggerableOneShot || self == .hardwareTriggeredStrobe
    }
  }

  private(set) var mode: Mode
  /// How many different values the element has: 65536, or 10000 when counting in decimal.
  let modulus: UInt64
  private(set) var gate: Bool
  private(set) var out: Bool
  /// The count register, 1...modulus; nil until a count is written.
  private(set) var count: UInt64?
  /// Whether the count register was written and not yet loaded: the "null count" of the status.
  private(set) var isNull = true

  /// The clock pulse at which all this was so.
  private var pulse: UInt64
  /// The counting element, 0...modulus, where 0 and modulus look the same from outside.
  private var element: UInt64 = 0
  /// The count that the element was loaded with.
  private var loaded: UInt64 = 0
  /// The count register is loaded at the next pulse.
  private var loads = false
  /// The element counts down; false before the first load and between the bytes of a new count.
  private var counts = false
  /// The output has not yet answered to the end of this count.
  private var isArmed = false

  /// A counter that a control word was just written for.
  init(mode: Mode, decimal: Bool, gate: Bool, pulse: UInt64) {
    self.mode = mode
    self.modulus = decimal ? 10_000 : 65_536
    self.gate = gate
    self.out = mode != .interruptOnTerminalCount
    self.pulse = pulse
  }

  /// What the element shows, 0...modulus - 1.
  var value: UInt64 { element % modulus }
}

// MARK: - What the outside does

extension PITCounter {
  /// Stops mode 0 when the first of two bytes of a new count arrives; its output falls at once.
  mutating func beginCount(at pulse: UInt64) {
    guard mode == .interruptOnTerminalCount else { return }
    advance(to: pulse)
    counts = false
    loads = false
    out = false
  }

  /// Writes the count register; 0 stands for the modulus.
  mutating func write(count: UInt64, at pulse: UInt64) {
    advance(to: pulse)
    let isFirst = self.count == nil
    self.count = count == 0 ? modulus : count
    isNull = true
    switch mode {
    case .interruptOnTerminalCount: loads = true; out = false
    case .softwareTriggeredStrobe: loads = true
    case .rateGenerator, .squareWave: if isFirst { loads = true }
    case .retriggerableOneShot, .hardwareTriggeredStrobe: break
    }
  }

  /// Sets the gate; its rising edge triggers all modes but 0 and 4.
  mutating func set(gate: Bool, at pulse: UInt64) {
    guard gate != self.gate else { return }
    advance(to: pulse)
    self.gate = gate
    if gate {
      if count != nil, mode.isPeriodic || mode.isGateTriggered { loads = true }
    } else if mode.isPeriodic {
      out = true
    }
  }
}

// MARK: - What the clock does

extension PITCounter {
  /// The counter as it is at `pulse`; earlier pulses give the counter as it stands.
  func advanced(to pulse: UInt64) -> PITCounter {
    var copy = self
    copy.advance(to: pulse)
    return copy
  }

  private mutating func advance(to target: UInt64) {
    guard target > pulse else { return }
    var pulses = target - pulse
    pulse = target
    if loads {
      load()
      pulses -= 1
    }
    guard counts, pulses > 0 else { return }
    switch mode {
    case .rateGenerator: if gate { generateRate(pulses) }
    case .squareWave: if gate { generateSquareWave(pulses) }
    case .interruptOnTerminalCount: if gate { countDown(pulses) }
    case .retriggerableOneShot, .hardwareTriggeredStrobe: countDown(pulses)
    case .softwareTriggeredStrobe: if gate { countDown(pulses) } else { endStrobe() }
    }
  }

  /// The pulse that moves the count register into the element; it does not count.
  private mutating func load() {
    loads = false
    counts = true
    isArmed = true
    reload()
    switch mode {
    case .interruptOnTerminalCount, .retriggerableOneShot: out = false
    case .rateGenerator: out = !gate || element != 1
    case .squareWave, .softwareTriggeredStrobe, .hardwareTriggeredStrobe: out = true
    }
  }

  private mutating func reload() {
    loaded = count ?? modulus
    isNull = false
    // A square wave counts by two, so it drops the odd one (82C54 "Mode 3", "Odd counts").
    element = mode == .squareWave ? loaded & ~1 : loaded
  }

  /// Modes 0, 1, 4 and 5: down to 0, once with an effect on the output, then round and round.
  private mutating func countDown(_ pulses: UInt64) {
    let remaining = element
    element =
      pulses <= remaining ? remaining - pulses : modulus - 1 - (pulses - remaining - 1) % modulus
    guard isArmed, pulses >= remaining else { return }
    switch mode {
    case .softwareTriggeredStrobe, .hardwareTriggeredStrobe:
      // Low for the one pulse at which the element is 0.
      out = pulses > remaining
      isArmed = !out
    default:
      out = true
      isArmed = false
    }
  }

  /// Ends mode 4's strobe, which lasts one pulse also if the gate has stopped the counting.
  private mutating func endStrobe() {
    guard isArmed, element == 0 else { return }
    out = true
    isArmed = false
  }

  /// Mode 2: N, N-1 ... 2, 1 with the output low during 1.
  private mutating func generateRate(_ pulses: UInt64) {
    if pulses < element {
      element -= pulses
    } else {
      let rest = pulses - element
      reload()
      element -= rest % loaded
    }
    out = element != 1
  }

  /// Mode 3: high for (N + 1) / 2 pulses, low for N / 2, the element falling by 2 in each half.
  private mutating func generateSquareWave(_ pulses: UInt64) {
    let half = remainingHalf
    guard pulses >= half else { return element -= min(2 * pulses, element) }
    reload()
    out.toggle()
    // From the start of the new half: whole periods change nothing, then at most two halves do.
    var rest = (pulses - half) % loaded
    while rest >= remainingHalf {
      rest -= remainingHalf
      reload()
      out.toggle()
    }
    element -= min(2 * rest, element)
  }

  /// The pulses until a square wave's output changes.
  private var remainingHalf: UInt64 {
    element / 2 + (out && loaded & 1 == 1 ? 1 : 0)
  }
}

// MARK: - What comes next

extension PITCounter {
  /// The first pulse at which the output rises if nothing is written meanwhile, from its next change on;
  /// nil if it does not.
  func nextRise(from change: UInt64) -> UInt64? {
    advanced(to: change).out ? change : nextChange(after: change)
  }

  /// The first pulse after `pulse` at which the output rises or falls if nothing is written
  /// meanwhile; nil if it does neither.
  func nextChange(after pulse: UInt64) -> UInt64? {
    var now = advanced(to: pulse)
    var wait: UInt64 = 0
    if now.loads {
      let before = now.out
      now = now.advanced(to: now.pulse &+ 1)
      wait = 1
      if now.out != before { return pulse &+ wait }
    }
    guard now.counts, let rest = now.pulsesToChange else { return nil }
    return pulse &+ wait &+ rest
  }

  /// The pulses from here to the next change of the output, a pending load aside.
  private var pulsesToChange: UInt64? {
    guard gate || mode.isGateTriggered || mode == .softwareTriggeredStrobe else { return nil }
    let next = count ?? modulus
    switch mode {
    case .interruptOnTerminalCount, .retriggerableOneShot:
      return isArmed ? element : nil
    case .softwareTriggeredStrobe where !gate:
      return isArmed && element == 0 ? 1 : nil
    case .softwareTriggeredStrobe, .hardwareTriggeredStrobe:
      // A strobe that has begun ends with its pulse.
      return isArmed ? max(element, 1) : nil
    case .rateGenerator:
      if element > 1 { return element - 1 }
      return next > 1 ? 1 : nil
    case .squareWave:
      return next > 1 || !out ? remainingHalf : nil
    }
  }
}
