// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The PC's memory map for a given amount of RAM (stub).
public struct MemoryMap: Equatable, Sendable {
  /// Bytes of RAM.
  public var ramSize: UInt64
}
