// SPDX-License-Identifier: GPL-2.0-or-later

// The keyboard at the end of the cable.
//
// Models   the 16-byte key buffer; all commands with their answers; scancode sets 1 and 2.
// Leaves   set 3 (selecting it is refused with FE); typematic repeat (the person's keyboard repeats);
// out      the lights, which are accepted and remembered by nobody; resending of keys (FE repeats
//          the last answer to a command).
// Source   IBM PS/2 Hardware Interface Technical Reference, "Keyboard (101/102-Key)", "Commands from
//          the System".

/// A PS/2 keyboard.
struct Keyboard: Equatable, Sendable {
  private enum Reply {
    static let echo: UInt8 = 0xEE
    static let acknowledge: UInt8 = 0xFA
    static let selfTestPassed: UInt8 = 0xAA
    static let resend: UInt8 = 0xFE
  }

  /// The form in which keys are sent.
  enum ScancodeSet: UInt8, Sendable {
    case set1 = 1
    case set2 = 2
  }

  /// Keys, in set 1 codes.
  private var keys = ByteFIFO(capacity: 16)
  /// Answers to commands; they go before keys.
  private var replies = ByteFIFO(capacity: 16)
  /// The second byte of a set 2 break code of which F0 has been sent.
  private var afterBreakPrefix: UInt8?
  /// The command whose argument comes next.
  private var command: UInt8?
  private var lastReply = Reply.acknowledge
  private var scanning = true
  private(set) var scancodeSet = ScancodeSet.set2

  /// Whether everything typed has been sent.
  var isDrained: Bool { keys.isEmpty && afterBreakPrefix == nil }

  /// Whether it has something to send.
  var hasByte: Bool { !isDrained || !replies.isEmpty }

  /// Whether the next byte comes from a key.
  var sendsKeyNext: Bool { afterBreakPrefix != nil || replies.isEmpty && !keys.isEmpty }

  /// Presses and releases keys, given as bytes of set 1; false if they do not all fit.
  ///
  /// While the guest has disabled scanning they are lost, as on the desk.
  mutating func type(_ scancodes: [UInt8]) -> Bool {
    guard scanning else { return true }
    guard scancodes.count <= keys.room else { return false }
    for byte in scancodes { keys.append(byte) }
    return true
  }

  /// The next byte on the cable, as it arrives in a controller that does or does not translate.
  ///
  /// Keys are kept in set 1, so a translating controller would only undo what the keyboard did.
  mutating func send(translated: Bool) -> UInt8? {
    if let code = afterBreakPrefix {
      afterBreakPrefix = nil
      return code
    }
    if let reply = replies.popFirst() {
      lastReply = reply
      return translated ? ScancodeTranslation.set1(fromSet2: reply) : reply
    }
    guard let key = keys.popFirst() else { return nil }
    if translated || scancodeSet == .set1 || key == 0xE0 || key == 0xE1 { return key }
    let code = ScancodeTranslation.set2(fromSet1: key & 0x7F)
    if key & 0x80 == 0 { return code }
    afterBreakPrefix = code
    return 0xF0
  }

  /// Takes a byte that the guest sends to the keyboard.
  mutating func receive(_ byte: UInt8) {
    if let command {
      self.command = nil
      receive(argument: byte, of: command)
    } else {
      receive(command: byte)
    }
  }

  private mutating func receive(command byte: UInt8) {
    switch byte {
    case 0xED, 0xF0, 0xF3: command = byte; replies.append(Reply.acknowledge)
    case 0xEE: replies.append(Reply.echo)
    case 0xF2: reply(Reply.acknowledge, 0xAB, 0x83)  // Identify: a 101-key keyboard.
    case 0xF4: reset(scanning: true); reply(Reply.acknowledge)
    case 0xF5: reset(scanning: false); scancodeSet = .set2; reply(Reply.acknowledge)
    case 0xF6: reset(scanning: true); scancodeSet = .set2; reply(Reply.acknowledge)
    case 0xFE: replies.append(lastReply)
    case 0xFF:
      reset(scanning: true)
      scancodeSet = .set2
      reply(Reply.acknowledge, Reply.selfTestPassed)
    default: replies.append(Reply.resend)
    }
  }

  private mutating func receive(argument: UInt8, of command: UInt8) {
    guard command == 0xF0 else { return reply(Reply.acknowledge) }
    switch argument {
    case 0: reply(Reply.acknowledge, scancodeSet.rawValue)
    case 1, 2:
      scancodeSet = ScancodeSet(rawValue: argument) ?? scancodeSet
      reply(Reply.acknowledge)
    default: reply(Reply.resend)
    }
  }

  private mutating func reply(_ bytes: UInt8...) {
    for byte in bytes { replies.append(byte) }
  }

  /// Empties the key buffer, as all commands do that enable, disable or reset.
  private mutating func reset(scanning: Bool) {
    keys.removeAll()
    replies.removeAll()
    afterBreakPrefix = nil
    self.scanning = scanning
  }
}
