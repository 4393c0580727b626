// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Emu
@testable import Monitor

/// A guest that does what a script says, at exact instructions.
final class FakeGuest: Guest {
  /// What happens before the instruction with a given number; a pause ends the slice there.
  typealias Action = (FakeGuest) -> Machine.Pause?

  private(set) var instructions: UInt64 = 0
  private(set) var typed: [(at: UInt64, bytes: [UInt8])] = []
  private(set) var slices: [UInt64] = []
  var screen = TextScreen.blank
  var processor = Processor(rip: VirtAddr(0x10_0123), mode: .long64, interruptsEnabled: true)
  /// Whether the guest takes its keys at once.
  var readsKeyboard = true
  /// Whether time passes, and no instruction is executed.
  var isStuck = false
  /// What a key press wakes the guest to do.
  var onKeys: Action = { _ in nil }

  private var script: [(at: UInt64, action: Action)]
  private var skipped: UInt64 = 0
  private var hasUnreadKeys = false
  private var isPauseRequested = false
  private var sleep: (until: GuestTime?, isWoken: Bool)?
  private var stop: Stop?

  /// A guest with a script in the order of its instructions.
  init(_ script: [(at: UInt64, action: Action)] = []) { self.script = script }

  /// What an instruction costs of guest time: as many as this for one that talks to devices.
  var nanosecondsPerInstruction: UInt64 = 1
  var now: GuestTime {
    GuestTime(nanoseconds: instructions * nanosecondsPerInstruction + skipped)
  }
  var keyboardIsDrained: Bool { readsKeyboard || !hasUnreadKeys }
  var sink: (Event) -> Void = { _ in }

  func requestPause() { isPauseRequested = true }

  func skip(to moment: GuestTime) {
    guard sleep != nil, moment > now else { return }
    skipped += moment.nanoseconds - now.nanoseconds
  }

  func type(_ scancodes: [UInt8]) -> Bool {
    typed.append((now.nanoseconds, scancodes))
    hasUnreadKeys = true
    if readsKeyboard { sleep?.isWoken = true }
    return true
  }

  /// What has arrived at COM1, and when.
  private(set) var arrived: [(at: UInt64, byte: UInt8)] = []
  /// Whether the guest reads what arrives at once.
  var readsCOM1 = true
  var com1IsDrained: Bool { readsCOM1 || arrived.isEmpty }

  func receiveOnCOM1(_ byte: UInt8) -> Bool {
    arrived.append((now.nanoseconds, byte))
    if readsCOM1 { sleep?.isWoken = true }
    return true
  }

  private(set) var nmis = 0
  func raiseNMI() {
    nmis += 1
    sleep?.isWoken = true
  }

  func run(nanoseconds budget: UInt64) -> Machine.Pause {
    slices.append(budget)
    if let stop { return .stopped(stop) }
    if let sleep {
      guard sleep.isWoken || sleep.until.map({ now >= $0 }) ?? false else {
        return .waiting(until: sleep.until)
      }
      self.sleep = nil
      if sleep.isWoken, let pause = onKeys(self) { return paused(pause) }
    }
    if isStuck {
      skipped += budget
      return .budgetSpent
    }
    let end = instructions + budget
    while let next = script.first, next.at <= end {
      instructions = max(instructions, next.at)
      script.removeFirst()
      if let pause = next.action(self) { return paused(pause) }
      if isPauseRequested {
        isPauseRequested = false
        return .requested
      }
    }
    instructions = end
    return .budgetSpent
  }

  private func paused(_ pause: Machine.Pause) -> Machine.Pause {
    switch pause {
    case .waiting(let until): sleep = (until, false)
    case .stopped(let reason): stop = reason
    case .budgetSpent, .requested: break
    }
    return pause
  }

  /// Shows `text` on the screen.
  func show(_ text: String, row: Int = 0, column: Int = 0, attribute: UInt8 = 0x07) {
    screen.put(text, row: row, column: column, attribute: attribute)
  }

  /// Sends `text` out.
  func send(_ text: String, to channel: OutputChannel = .com1) {
    for byte in text.utf8 { sink(.output(channel, byte)) }
  }
}

extension TextScreen {
  /// Blanks in light grey on black.
  static let blank = TextScreen(
    cells: Array(repeating: 0x0720, count: columns * rows), cursor: nil)

  /// Writes ASCII text into the cells.
  mutating func put(_ text: String, row: Int, column: Int = 0, attribute: UInt8 = 0x07) {
    for (index, byte) in text.utf8.enumerated() {
      cells[row * Self.columns + column + index] = UInt16(attribute) << 8 | UInt16(byte)
    }
  }
}
