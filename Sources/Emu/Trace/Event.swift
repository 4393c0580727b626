// SPDX-License-Identifier: GPL-2.0-or-later

/// Something that happened in the machine, as a value.
///
/// Everything that a person, a test or another program sees of a run is an event, formatted in one
/// place.
public enum Event: Equatable, Sendable {
  /// The guest sent a byte out.
  case output(OutputChannel, UInt8)
  /// The guest stopped for good.
  case stopped(Stop)
}
