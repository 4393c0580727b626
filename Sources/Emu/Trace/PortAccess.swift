// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// An access to a port by IN, OUT, INS or OUTS.
public struct PortAccess: Sited, Equatable, Sendable {
  /// Where and when.
  public let site: Site
  /// Which way.
  public let direction: Direction
  /// The port.
  public let port: UInt16
  /// How much.
  public let width: AccessWidth
  /// What was read or is written.
  public let value: UInt32
  /// What the register behind the port makes of it.
  public let meaning: PortMeaning

  /// Which way an access goes.
  public enum Direction: String, Sendable {
    case input = "IN"
    case output = "OUT"
  }
}

/// What an access to a port is to the device behind it.
public struct PortMeaning: Equatable, Sendable {
  /// The register: `PIC 1 ICW2`, `CMOS 0x0b`; empty if there is none.
  public let register: String
  /// What the value says there; empty if it is a plain value.
  public let value: String
}
