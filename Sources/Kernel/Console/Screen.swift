// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// The cells of an 80x25 text screen in memory, and its cursor.
///
/// Every access is volatile: nothing in the program ever reads most cells, so that an optimiser
/// would be right to drop the stores.
struct Screen {
  private let memory: UnsafeMutablePointer<UInt16>
  private let hasCursor: Bool

  /// The screen of the display adapter whose text memory is mapped at its physical address.
  init?(memory address: PhysAddr) {
    guard let memory = UnsafeMutablePointer<UInt16>(bitPattern: UInt(address.value)) else {
      return nil
    }
    self.memory = memory
    hasCursor = true
  }

  /// A screen without a cursor in `VGAText.cells` cells of ordinary memory.
  init(cells memory: UnsafeMutablePointer<UInt16>) {
    self.memory = memory
    hasCursor = false
  }

  /// The cell at `row`, 0...24, and `column`, 0...79; traps outside.
  subscript(row: Int, column: Int) -> TextCell {
    get { TextCell(bits: load_volatile_u16(memory + Self.index(row, column))) }
    nonmutating set { store_volatile_u16(memory + Self.index(row, column), newValue.bits) }
  }

  /// Blanks every cell.
  func clear() {
    for row in 0..<VGAText.rows { clear(row: row) }
  }

  /// Moves every row up by one; the first is lost and the last is blank.
  ///
  /// Four cells at a time: a display adapter's memory is slow.
  func scroll() {
    let start = UnsafeMutableRawPointer(memory)
    let row = VGAText.columns * MemoryLayout<UInt16>.stride
    for to in stride(from: 0, to: row * (VGAText.rows - 1), by: MemoryLayout<UInt64>.stride) {
      copy_volatile_u64(start + to, start + to + row)
    }
    clear(row: VGAText.rows - 1)
  }

  private func clear(row: Int) {
    for column in 0..<VGAText.columns { self[row, column] = .blank }
  }

  /// Moves the adapter's cursor to `row` and `column`.
  func moveCursor(row: Int, column: Int) {
    guard hasCursor else { return }
    let cell = UInt16(Self.index(row, column))
    set(.cursorLocationHigh, to: UInt8(truncatingIfNeeded: cell >> 8))
    set(.cursorLocationLow, to: UInt8(truncatingIfNeeded: cell))
  }

  private func set(_ register: CRTC.Register, to value: UInt8) {
    port_out(CRTC.indexPort, register.rawValue)
    port_out(CRTC.dataPort, value)
  }

  private static func index(_ row: Int, _ column: Int) -> Int {
    precondition((0..<VGAText.rows).contains(row) && (0..<VGAText.columns).contains(column))
    return row * VGAText.columns + column
  }
}
