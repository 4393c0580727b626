// SPDX-License-Identifier: GPL-2.0-or-later

/// A file that the loader lays into memory beside the kernel.
public struct BootModule: Equatable, Sendable {
  /// The file's name, for people; the kernel is not told.
  public var name: String
  /// What the kernel is told: the module's string in the boot information.
  public var arguments: String
  /// The file's bytes; if gzip made them, the kernel gets them unpacked.
  public var bytes: [UInt8]

  /// A module of these parts.
  public init(name: String, arguments: String, bytes: [UInt8]) {
    self.name = name
    self.arguments = arguments
    self.bytes = bytes
  }
}
