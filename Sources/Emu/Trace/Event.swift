// SPDX-License-Identifier: GPL-2.0-or-later

/// Something that happened in the machine, as a value: what it tells its owner while it runs.
///
/// What the owner has to ask for is no event: the screen, the registers, the counts.
public enum Event: Equatable, Sendable {
  /// The guest sent a byte out.
  case output(OutputChannel, UInt8)
  /// The guest stopped for good.
  case stopped(Stop)
}
