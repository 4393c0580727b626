// SPDX-License-Identifier: GPL-2.0-or-later

/// How a file goes to memory without an object format: multiboot1's address fields (§3.1.3) and
/// multiboot2's address tag (§3.1.5).
///
///     file    |···········|header|·············|
///             ^offset     ^                    ^
///     memory  load        header         loadEnd|000000|bssEnd
public struct MultibootAddresses: Equatable, Sendable {
  /// Where the header itself goes; with the header's place in the file it ties file to memory.
  public var header: UInt32
  /// Where the first byte goes; in multiboot2 all ones stand for the start of the file.
  public var load: UInt32
  /// Where the bytes from the file end; 0 for the end of the file.
  public var loadEnd: UInt32
  /// Where the zeros after them end; 0 for none.
  public var bssEnd: UInt32

  /// Addresses of these values.
  public init(header: UInt32, load: UInt32, loadEnd: UInt32, bssEnd: UInt32) {
    self.header = header
    self.load = load
    self.loadEnd = loadEnd
    self.bssEnd = bssEnd
  }

  /// Reads the four words where `reader` stands.
  public init<Bytes>(from reader: inout ByteReader<Bytes>) throws(OutOfBounds) {
    header = try reader.read()
    load = try reader.read()
    loadEnd = try reader.read()
    bssEnd = try reader.read()
  }
}
