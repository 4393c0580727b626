// SPDX-License-Identifier: GPL-2.0-or-later

/// VGA text mode 3, in which a PC starts: 80 columns and 25 rows of cells in memory.
///
/// Source: IBM VGA XGA Technical Reference Manual, "VGA Function", BIOS modes 2 and 3.
public enum VGAText {
  /// Columns of the screen.
  @inlinable public static var columns: Int { 80 }

  /// Rows of the screen.
  @inlinable public static var rows: Int { 25 }

  /// Cells of the screen.
  @inlinable public static var cells: Int { columns * rows }

  /// Where the first cell lies; the others follow row by row, two bytes each.
  @inlinable public static var memory: PhysAddr { PhysAddr(0xB8000) }

  /// Bytes from `memory` on to which the adapter answers, eight screens.
  @inlinable public static var memorySize: UInt64 { 0x8000 }

  /// Scan lines of a character cell.
  @inlinable public static var cellHeight: Int { 16 }
}

/// The CRT controller: an index port that chooses a register, and a data port to reach it through.
///
/// Only the registers that place and shape the text cursor are named.
/// Source: IBM VGA XGA Technical Reference Manual, "CRT Controller Registers".
public enum CRTC {
  /// The port that takes a register's index, with colour emulation.
  @inlinable public static var indexPort: UInt16 { Port.crtcIndex.rawValue }

  /// The port behind which the chosen register lies.
  @inlinable public static var dataPort: UInt16 { Port.crtcData.rawValue }

  /// A register, by index.
  public enum Register: UInt8, Sendable {
    /// Bits 4..0: the first scan line of the cursor. Bit 5: no cursor.
    case cursorStart = 0x0A
    /// Bits 4..0: the last scan line of the cursor.
    case cursorEnd = 0x0B
    /// Bits 15..8 of the number of the first cell that is shown.
    case startAddressHigh = 0x0C
    /// Bits 7..0 of the number of the first cell that is shown.
    case startAddressLow = 0x0D
    /// Bits 15..8 of the number of the cell with the cursor.
    case cursorLocationHigh = 0x0E
    /// Bits 7..0 of the number of the cell with the cursor.
    case cursorLocationLow = 0x0F
  }
}
