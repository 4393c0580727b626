// SPDX-License-Identifier: GPL-2.0-or-later

extension VGA {
  /// The bytes of text memory, from physical address 0xB8000.
  static let textMemorySize = 0x8000
  private static let cellCount = textMemorySize / 2

  /// What the monitor shows of `textMemory`, the 32 KiB at 0xB8000.
  ///
  /// While the picture is switched off, or in a graphics mode, that is an empty screen.
  func screen(of textMemory: UnsafeRawBufferPointer) -> TextScreen {
    precondition(textMemory.count >= Self.textMemorySize, "text memory has 32 KiB")
    guard showsText else { return .dark }
    let start = startAddress
    let pitch = 2 * Int(crtc[0x13])
    var cells = [UInt16]()
    cells.reserveCapacity(TextScreen.columns * TextScreen.rows)
    for row in 0..<TextScreen.rows {
      for column in 0..<TextScreen.columns {
        let cell = (start + row * pitch + column) % Self.cellCount
        let bytes = textMemory.load(fromByteOffset: 2 * cell, as: UInt16.self)
        cells.append(UInt16(littleEndian: bytes))
      }
    }
    return TextScreen(
      cells: cells, cursor: cursor(start: start, pitch: pitch),
      attributeBit7: attribute[0x10] & 0x08 != 0 ? .blink : .brightBackground)
  }

  /// Where the screen shows a cell of text memory, by its number; nil if it does not.
  func place(ofCell cell: Int) -> (row: Int, column: Int)? {
    let pitch = 2 * Int(crtc[0x13])
    guard showsText, pitch > 0 else { return nil }
    let place = (cell - startAddress + Self.cellCount) % Self.cellCount
    let (row, column) = place.quotientAndRemainder(dividingBy: pitch)
    return row < TextScreen.rows && column < TextScreen.columns ? (row, column) : nil
  }

  /// Whether there is a picture (attribute index bit 5, sequencer 1 bit 5, CRT controller 0x17 bit
  /// 7) and it is text (graphics 6 bit 0).
  private var showsText: Bool {
    isPictureOn && sequencer[0x01] & 0x20 == 0 && crtc[0x17] & 0x80 != 0
      && graphics[0x06] & 0x01 == 0
  }

  /// The cell of the top left corner.
  private var startAddress: Int { (Int(crtc[0x0C]) << 8 | Int(crtc[0x0D])) % Self.cellCount }

  //  0x0A     7 6     5      4..0          0x0B    7   6 5    4..0
  //            0 0   off   first line              0   skew   last line
  private func cursor(start: Int, pitch: Int) -> TextScreen.Cursor? {
    let first = Int(crtc[0x0A] & 0x1F)
    let last = min(Int(crtc[0x0B] & 0x1F), Int(crtc[0x09] & 0x1F), TextScreen.linesPerCell - 1)
    // A first line below the last one shows no cursor, unlike on the EGA, where it is split.
    guard crtc[0x0A] & 0x20 == 0, first <= last else { return nil }
    // Its location is an address like the start address, so it scrolls with the text.
    let location = Int(crtc[0x0E]) << 8 | Int(crtc[0x0F])
    for row in 0..<TextScreen.rows {
      let column = (location - start - row * pitch) & (Self.cellCount - 1)
      if column < TextScreen.columns {
        return TextScreen.Cursor(row: row, column: column, lines: first...last)
      }
    }
    return nil
  }
}
