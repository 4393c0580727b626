// SPDX-License-Identifier: GPL-2.0-or-later

/// The screen as both protocols describe it; the fields lie one after another in memory.
public struct MultibootFramebuffer: Equatable, Sendable {
  /// The physical address of the first cell or pixel.
  public var address: UInt64
  /// Bytes from one row to the next.
  public var pitch: UInt32
  /// Columns, in characters for text.
  public var width: UInt32
  /// Rows.
  public var height: UInt32
  /// Bits of a cell or pixel.
  public var bitsPerCell: UInt8
  /// 0 palette, 1 direct colour, 2 EGA text.
  public var type: UInt8

  /// VGA text mode 3: 80 by 25 cells of 16 bits, as GRUB describes it.
  public static let text = MultibootFramebuffer(
    address: 0xB8000, pitch: 160, width: 80, height: 25, bitsPerCell: 16, type: 2)

  /// Appends the 22 bytes of the fields.
  public func append(to bytes: inout [UInt8]) {
    bytes.append(littleEndian: address)
    bytes.append(littleEndian: pitch)
    bytes.append(littleEndian: width)
    bytes.append(littleEndian: height)
    bytes.append(bitsPerCell)
    bytes.append(type)
  }
}

extension MultibootFramebuffer {
  /// Reads the fields where `reader` stands.
  public init<Bytes>(from reader: inout ByteReader<Bytes>) throws(OutOfBounds) {
    self.init(
      address: try reader.read(), pitch: try reader.read(), width: try reader.read(),
      height: try reader.read(), bitsPerCell: try reader.read(), type: try reader.read())
  }
}
