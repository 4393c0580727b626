// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Where and when an instruction does something that is told.
public struct Site: Equatable, Sendable {
  /// When.
  public let moment: GuestTime
  /// The instructions executed until then, this one included.
  public let instructions: UInt64
  /// The linear address of the instruction.
  public let address: VirtAddr
  /// The mode, before what the instruction does.
  public let mode: Processor.Mode
  /// The privilege level, 0...3.
  public let privilege: UInt8
}

/// Something that an instruction does.
public protocol Sited {
  /// Where and when.
  var site: Site { get }
}

extension Sited {
  /// When it happens.
  public var moment: GuestTime { site.moment }
  /// The instructions executed until then, its own included.
  public var instructions: UInt64 { site.instructions }
  /// The linear address of its instruction.
  public var address: VirtAddr { site.address }
}
