// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Something that makes the processor leave the program for a handler.
public struct Interruption: Equatable, Sendable {
  /// The entry of the IDT.
  public let vector: UInt8
  /// Where it comes from.
  public let kind: Kind
  /// What is pushed below the return address; nil for most.
  public let errorCode: UInt32?
  /// The return address, an offset in CS.
  public let rip: UInt64
  /// The return address of a fault that is raised while this is delivered.
  ///
  /// An INT n that cannot be delivered is a fault of the INT n instruction: the handler returns to
  /// that, not behind it.
  public let restart: UInt64
  /// RF in the flags that are pushed.
  public let resume: Resume

  /// Where an interruption comes from; the kinds are those of Intel SDM Vol. 3C Table 25-17 "Format
  /// of the VM-Entry Interruption-Information Field", with exceptions told apart by class.
  public enum Kind: Sendable {
    /// An exception that is reported before its instruction.
    case fault
    /// An exception that is reported behind its instruction.
    case trap
    /// A double fault or a machine check.
    case abort
    /// INT n.
    case softwareInterrupt
    /// INT3 or INTO.
    case softwareException
    /// INT1, which is checked less than the others.
    case privilegedSoftwareException
    /// An interrupt of a device.
    case external
    /// A non-maskable interrupt.
    case nonMaskable
  }

  /// What is pushed for RF (Intel SDM Vol. 3B §17.3.1.1 "Instruction-Breakpoint Exception Condition").
  public enum Resume: Sendable {
    /// 1: the instruction is to be restarted without meeting its breakpoint again.
    case set
    /// What it is.
    case kept
    /// 0: the instruction that interrupts has cleared it.
    case clear
  }

  /// Whether it is an exception, INT3, INTO and INT1 among them; not an interrupt of a device or INT n.
  public var isException: Bool {
    switch kind {
    case .fault, .trap, .abort, .softwareException, .privilegedSoftwareException: true
    case .softwareInterrupt, .external, .nonMaskable: false
    }
  }

  @inline(__always)
  init(
    vector: UInt8, kind: Kind, errorCode: UInt32?, rip: UInt64, restart: UInt64, resume: Resume
  ) {
    (self.vector, self.kind, self.errorCode) = (vector, kind, errorCode)
    (self.rip, self.restart, self.resume) = (rip, restart, resume)
  }

  /// A fault of the instruction at `rip`; `errorCode` is for those that push one.
  @inline(__always)
  public static func fault(
    _ exception: Exception, errorCode: UInt32? = nil, at rip: UInt64
  ) -> Interruption {
    Interruption(
      vector: exception.rawValue, kind: .fault, errorCode: errorCode, rip: rip, restart: rip,
      resume: .set)
  }

  /// The breakpoint that a debug register sets on the instruction at `rip`: the one fault that leaves
  /// RF to its handler.
  public static func instructionBreakpoint(at rip: UInt64) -> Interruption {
    Interruption(
      vector: Exception.debug.rawValue, kind: .fault, errorCode: nil, rip: rip, restart: rip,
      resume: .kept)
  }

  /// A trap behind an instruction: `rip` is that of the next one; `inRepeat` if that is a string
  /// instruction with some of its repetitions done.
  @inline(__always)
  public static func trap(
    _ exception: Exception, next rip: UInt64, inRepeat: Bool = false
  ) -> Interruption {
    Interruption(
      vector: exception.rawValue, kind: .trap, errorCode: nil, rip: rip, restart: rip,
      resume: inRepeat ? .set : .kept)
  }

  /// The double fault that takes the place of two others.
  static func doubleFault(at rip: UInt64) -> Interruption {
    Interruption(
      vector: Exception.doubleFault.rawValue, kind: .abort, errorCode: 0, rip: rip, restart: rip,
      resume: .kept)
  }

  /// The INT n at `instruction`, which `next` follows.
  @inline(__always)
  public static func softwareInterrupt(
    _ vector: UInt8, at instruction: UInt64, next: UInt64
  ) -> Interruption {
    Interruption(
      vector: vector, kind: .softwareInterrupt, errorCode: nil, rip: next, restart: instruction,
      resume: .clear)
  }

  /// The INT3 (`.breakpoint`), INTO (`.overflow`) or INT1 (`.debug`) at `instruction`.
  @inline(__always)
  public static func softwareException(
    _ exception: Exception, at instruction: UInt64, next: UInt64
  ) -> Interruption {
    Interruption(
      vector: exception.rawValue,
      kind: exception == .debug ? .privilegedSoftwareException : .softwareException,
      errorCode: nil, rip: next, restart: instruction, resume: .clear)
  }

  /// A device's interrupt before the instruction at `rip`; `inRepeat` if that is a string
  /// instruction with some of its repetitions done.
  @inline(__always)
  public static func external(
    _ vector: UInt8, at rip: UInt64, inRepeat: Bool = false
  ) -> Interruption {
    Interruption(
      vector: vector, kind: .external, errorCode: nil, rip: rip, restart: rip,
      resume: inRepeat ? .set : .kept)
  }

  /// A non-maskable interrupt before the instruction at `rip`; `inRepeat` as for a device's.
  public static func nonMaskable(at rip: UInt64, inRepeat: Bool = false) -> Interruption {
    Interruption(
      vector: Exception.nmi.rawValue, kind: .nonMaskable, errorCode: nil, rip: rip, restart: rip,
      resume: inRepeat ? .set : .kept)
  }

  /// Whether the gate's DPL must allow it: INT n, INT3 and INTO, but not INT1.
  var needsGatePrivilege: Bool { kind == .softwareInterrupt || kind == .softwareException }

  /// The EXT bit of an error code that arises from its delivery: 0 for INT n, INT3 and INTO
  /// (Intel SDM Vol. 2A, INT n/INTO/INT3/INT1, "Operation").
  var isExternal: Bool { !needsGatePrivilege }

  /// The exception that counts as the first one if delivering this raises a second; nil if whatever
  /// comes is a first one, as for interrupts and INT n of any vector.
  public var exception: Exception? {
    switch kind {
    case .fault, .trap, .abort: Exception(rawValue: vector)
    case .softwareInterrupt, .softwareException, .privilegedSoftwareException: nil
    case .external, .nonMaskable: nil
    }
  }

  /// The flags as pushed.
  func flagsImage(of flags: RFLAGS) -> RFLAGS {
    switch resume {
    case .set: flags.union(.resume)
    case .kept: flags
    case .clear: flags.subtracting(.resume)
    }
  }
}
