// SPDX-License-Identifier: GPL-2.0-or-later

/// A bank of registers behind an index, as four of the VGA's five parts have it.
///
/// The values are what a PC's BIOS sets for text mode 3 (IBM VGA Technical Reference, "Video Mode
/// Tables"), with the cursor on lines 13 and 14; SeaBIOS and GRUB leave the same.
struct VGARegisters: Equatable, Sendable {
  /// The index register.
  var index: UInt8
  private var values: [UInt8]
  /// The bits that exist.
  private let masks: [UInt8]
  /// The bits of the index that choose a register.
  private let indexMask: UInt8

  /// Register `number`, which must exist.
  subscript(number: Int) -> UInt8 { values[number] }

  /// The register that the index chooses; one that does not exist reads 0 and cannot be written.
  var selected: UInt8 {
    get {
      let number = Int(index & indexMask)
      return number < values.count ? values[number] : 0
    }
    set {
      let number = Int(index & indexMask)
      if number < values.count { values[number] = newValue & masks[number] }
    }
  }
}

// swift-format-ignore
extension VGARegisters {
  /// The CRT controller.
  static let crtc = VGARegisters(
    index: 0x0F,
    values: [
    // horizontal: total, display end, blank start, blank end, retrace start, retrace end
      0x5F, 0x4F, 0x50, 0x82, 0x55, 0x81,
    // 06 vertical total, overflow, preset row scan, maximum scan line, cursor start, cursor end
      0xBF, 0x1F, 0x00, 0x4F, 0x0D, 0x0E,
    // 0C start address high, low; cursor location high, low
      0x00, 0x00, 0x00, 0x00,
    // 10 vertical: retrace start, retrace end and lock, display end; 13 offset; 14 underline
      0x9C, 0x8E, 0x8F, 0x28, 0x1F,
    // 15 vertical blank start, blank end; 17 mode control; 18 line compare
      0x96, 0xB9, 0xA3, 0xFF,
    ],
    masks: [UInt8](repeating: 0xFF, count: 25), indexMask: 0x3F)

  /// The sequencer: reset, clocking mode, map mask, character map select, memory mode.
  static let sequencer = VGARegisters(
    index: 0x00,
    values: [0x03, 0x00, 0x03, 0x00, 0x02],
    masks:  [0x03, 0x3D, 0x0F, 0x3F, 0x0E], indexMask: 0x07)

  /// The graphics controller: set/reset, enable set/reset, color compare, data rotate, read map
  /// select, mode, miscellaneous, color don't care, bit mask.
  static let graphics = VGARegisters(
    index: 0x05,
    values: [0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0E, 0x0F, 0xFF],
    masks:  [0x0F, 0x0F, 0x0F, 0x1F, 0x03, 0x7B, 0x0F, 0x0F, 0xFF], indexMask: 0x0F)

  /// The attribute controller; index bit 5 is not part of the number.
  static let attribute = VGARegisters(
    index: 0x20,
    values: [
    // 00 palette
      0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x14, 0x07, 0x38, 0x39, 0x3A, 0x3B, 0x3C, 0x3D, 0x3E, 0x3F,
    // 10 mode control, overscan color, color plane enable, horizontal panning, color select
      0x0C, 0x00, 0x0F, 0x08, 0x00,
    ],
    masks: [UInt8](repeating: 0x3F, count: 16) + [0xEF, 0xFF, 0x3F, 0x0F, 0x0F], indexMask: 0x1F)
}
