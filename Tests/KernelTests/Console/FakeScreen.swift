// SPDX-License-Identifier: GPL-2.0-or-later
import X86

@testable import Kernel

/// Screen memory that belongs to a test, filled with `?` in red so that nothing passes for blank.
final class FakeScreen {
  static let filling = TextCell(UInt8(ascii: "?"), ColorCode(.red))

  private let cells = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: VGAText.cells)

  init() { cells.initialize(repeating: Self.filling.bits) }

  deinit { cells.deallocate() }

  /// The screen that the kernel sees.
  var screen: Screen? { cells.baseAddress.map { Screen(cells: $0) } }

  /// The cell at `row` and `column`.
  func cell(_ row: Int, _ column: Int) -> TextCell {
    TextCell(bits: cells[row * VGAText.columns + column])
  }

  /// What stands in `row`, in Unicode, blanks at its end removed.
  func text(_ row: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for column in 0..<VGAText.columns {
      scalars.append(CP437.scalar(of: cell(row, column).character))
    }
    let text = String(scalars)
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// The attributes in `row`, one after the other.
  func colors(_ row: Int) -> [ColorCode] { (0..<VGAText.columns).map { cell(row, $0).color } }

  /// The rows from `first` to the last one.
  func lines(from first: Int) -> [String] { (first..<VGAText.rows).map(text) }
}

extension String {
  /// What `text` says, without its colours.
  init(_ text: Text) {
    self = text.withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
