// SPDX-License-Identifier: GPL-2.0-or-later

/// The chips on the I/O bus and the ports at which they answer.
enum Chip: UInt8, CaseIterable, Sendable {
  case picMaster, pit, keyboardController, systemControlB, rtc, systemControlA, picSlave,
    debugConsole, debugExit, vga, com1, picControl, powerManagement, pciConfig, resetControl

  /// The chip at `port`; nil is an empty place, which reads all ones.
  init?(port: UInt16) {
    // swift-format-ignore
    switch port {
    case 0x0020...0x0021: self = .picMaster
    case 0x0040...0x0043: self = .pit
    case 0x0060, 0x0064:  self = .keyboardController
    case 0x0061:          self = .systemControlB
    case 0x0070...0x0071: self = .rtc
    case 0x0092:          self = .systemControlA
    case 0x00A0...0x00A1: self = .picSlave
    case 0x00E9:          self = .debugConsole
    case 0x00F4:          self = .debugExit
    case 0x03B0...0x03DF: self = .vga
    case 0x03F8...0x03FF: self = .com1
    case 0x04D0...0x04D1: self = .picControl
    case 0x0604...0x0605: self = .powerManagement  // QEMU since 1.3
    case 0x0CF8:          self = .pciConfig
    case 0x0CF9:          self = .resetControl
    case 0xB004...0xB005: self = .powerManagement  // Bochs and older QEMU
    default:              return nil
    }
  }
}
