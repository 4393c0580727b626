// SPDX-License-Identifier: GPL-2.0-or-later

/// Which chip answers at which I/O port.
struct PortMap: Sendable {
  /// The chips on the bus; `none` is an empty place, which reads all ones.
  enum Chip: UInt8, Sendable {
    case none, pit, keyboardController, systemControlB, rtc, systemControlA, debugConsole,
      debugExit, vga, com1, powerManagement, pciConfig, resetControl
  }

  /// A chip's ports, `first` through `last`.
  struct Row: Sendable {
    var chip: Chip
    var first: UInt16
    var last: UInt16

    init(_ chip: Chip, _ first: UInt16, _ last: UInt16) {
      self.chip = chip
      self.first = first
      self.last = last
    }
  }

  // swift-format-ignore
  static let rows = [
    //  chip                 first   last
    Row(.pit,                0x0040, 0x0043),
    Row(.keyboardController, 0x0060, 0x0060),
    Row(.systemControlB,     0x0061, 0x0061),
    Row(.keyboardController, 0x0064, 0x0064),
    Row(.rtc,                0x0070, 0x0071),
    Row(.systemControlA,     0x0092, 0x0092),
    Row(.debugConsole,       0x00E9, 0x00E9),
    Row(.debugExit,          0x00F4, 0x00F4),
    Row(.vga,                0x03B0, 0x03DF),
    Row(.com1,               0x03F8, 0x03FF),
    Row(.powerManagement,    0x0604, 0x0605),  // QEMU since 1.3
    Row(.pciConfig,          0x0CF8, 0x0CF8),
    Row(.resetControl,       0x0CF9, 0x0CF9),
    Row(.powerManagement,    0xB004, 0xB005),  // Bochs and older QEMU
  ]

  /// The chip at every port, so that finding it is one load.
  static let chips: [Chip] = {
    var chips = [Chip](repeating: .none, count: 0x1_0000)
    for row in rows {
      for port in row.first...row.last { chips[Int(port)] = row.chip }
    }
    return chips
  }()
}
