// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// A serial port with a 16550 chip, written to by waiting.
///
/// Source: National Semiconductor PC16550D datasheet, §8 "Registers".
struct SerialPort {
  private let base: UInt16

  /// A register, by its distance from the chip's first port. The first two are the divisor of the
  /// speed while bit 7 of line control is set.
  private enum Register: UInt16 {
    case data = 0
    case interruptEnable = 1
    case fifoControl = 2
    case lineControl = 3
    case modemControl = 4
    case lineStatus = 5
  }

  /// The first serial port of a PC, as it is set.
  static var com1AsIs: SerialPort { SerialPort(base: Port.com1Data.rawValue) }

  /// The first serial port of a PC, set to 115200 bits a second: 8 data bits, no parity, 1 stop.
  static func com1() -> SerialPort {
    let port = SerialPort(base: Port.com1Data.rawValue)
    port[.interruptEnable] = 0
    port[.lineControl] = 0x80
    port[.data] = 1  // 115200 divided by 1
    port[.interruptEnable] = 0
    port[.lineControl] = 0x03
    port[.fifoControl] = 0x07  // on, and both ways empty
    port[.modemControl] = 0x03  // DTR and RTS: ready
    return port
  }

  /// Has the port interrupt when a byte has arrived: bit 0 of interrupt enable, and OUT2, which on a PC
  /// lets its interrupt through.
  func enableInput() {
    self[.interruptEnable] = 0x01
    self[.modemControl] = 0x0B
  }

  /// The byte that has arrived first; nil if there is none.
  func read() -> UInt8? {
    let status = self[.lineStatus]
    // A port that is not there reads all ones.
    return status & 1 != 0 && status != 0xFF ? self[.data] : nil
  }

  /// Sends `text` as UTF-8, without its colours.
  func write(_ text: Text) {
    text.forEach { element in
      switch element {
      case .character(let scalar): send(scalar)
      case .invalid: send("\u{FFFD}")
      case .color: break
      }
    }
  }

  private func send(_ scalar: Unicode.Scalar) {
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
      // Bit 5: the chip takes another byte. A port that is not there reads all ones.
      while self[.lineStatus] & 0x20 == 0 { spin_hint() }
      self[.data] = byte
    }
  }

  private subscript(register: Register) -> UInt8 {
    get { port_in(base + register.rawValue) }
    nonmutating set { port_out(base + register.rawValue, newValue) }
  }
}
