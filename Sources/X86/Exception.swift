// SPDX-License-Identifier: GPL-2.0-or-later

/// An exception that the processor itself raises; the raw value is its vector.
///
/// Vectors 0...14 and 16...21 are defined; 15 and 22...31 are reserved and have no case.
/// Intel SDM Vol. 3A §6.15 "Exception and Interrupt Reference".
public enum Exception: UInt8, CaseIterable, Sendable {
  case divideError = 0
  case debug = 1
  case nmi = 2
  case breakpoint = 3
  case overflow = 4
  case boundRange = 5
  case invalidOpcode = 6
  case deviceNotAvailable = 7
  case doubleFault = 8
  case coprocessorSegmentOverrun = 9
  case invalidTSS = 10
  case segmentNotPresent = 11
  case stackFault = 12
  case generalProtection = 13
  case pageFault = 14
  case floatingPoint = 16
  case alignmentCheck = 17
  case machineCheck = 18
  case simdFloatingPoint = 19
  case virtualization = 20
  case controlProtection = 21

  /// What the saved RIP points at, and whether the program can go on
  /// (Intel SDM Vol. 3A §6.5 "Exception Classifications").
  public enum Kind: Sendable {
    /// Reported before the instruction, which can be restarted.
    case fault
    /// Reported after the instruction.
    case trap
    /// #DB only: a fault for instruction breakpoints, else a trap.
    case faultOrTrap
    /// The program cannot go on.
    case abort
    /// From outside the instruction stream.
    case interrupt
  }

  /// How much an exception weighs when another one is raised while it is delivered
  /// (Intel SDM Vol. 3A Table 6-4 "Interrupt and Exception Classes").
  public enum Severity: Sendable {
    case benign, contributory, pageFault, doubleFault
  }

  /// One row of the table of exceptions.
  public struct Facts: Sendable {
    /// The manual's short name, such as `#PF`; NMI has none and shows as `NMI`.
    public let mnemonic: String
    /// The manual's long name.
    public let name: String
    /// What the saved RIP points at.
    public let kind: Kind
    /// Whether an error code is pushed below the saved RIP.
    public let pushesErrorCode: Bool
    /// How it combines with another exception.
    public let severity: Severity

    init(
      _ mnemonic: String, _ name: String, _ kind: Kind, _ pushesErrorCode: Bool,
      _ severity: Severity
    ) {
      self.mnemonic = mnemonic
      self.name = name
      self.kind = kind
      self.pushesErrorCode = pushesErrorCode
      self.severity = severity
    }
  }

  /// What the manual says about this exception (Intel SDM Vol. 3A Table 6-1 "Protected-Mode
  /// Exceptions and Interrupts", Table 6-4 "Interrupt and Exception Classes").
  public var facts: Facts {
    // swift-format-ignore
    switch self {
    //                                     mnemonic name                               kind          code   severity
    case .divideError:               Facts("#DE",   "Divide Error",                    .fault,       false, .contributory)
    case .debug:                     Facts("#DB",   "Debug Exception",                 .faultOrTrap, false, .benign)
    case .nmi:                       Facts("NMI",   "Non-Maskable Interrupt",          .interrupt,   false, .benign)
    case .breakpoint:                Facts("#BP",   "Breakpoint",                      .trap,        false, .benign)
    case .overflow:                  Facts("#OF",   "Overflow",                        .trap,        false, .benign)
    case .boundRange:                Facts("#BR",   "BOUND Range Exceeded",            .fault,       false, .benign)
    case .invalidOpcode:             Facts("#UD",   "Invalid Opcode",                  .fault,       false, .benign)
    case .deviceNotAvailable:        Facts("#NM",   "Device Not Available",            .fault,       false, .benign)
    case .doubleFault:               Facts("#DF",   "Double Fault",                    .abort,       true,  .doubleFault)
    case .coprocessorSegmentOverrun: Facts("#MP",   "Coprocessor Segment Overrun",     .fault,       false, .benign)
    case .invalidTSS:                Facts("#TS",   "Invalid TSS",                     .fault,       true,  .contributory)
    case .segmentNotPresent:         Facts("#NP",   "Segment Not Present",             .fault,       true,  .contributory)
    case .stackFault:                Facts("#SS",   "Stack-Segment Fault",             .fault,       true,  .contributory)
    case .generalProtection:         Facts("#GP",   "General Protection",              .fault,       true,  .contributory)
    case .pageFault:                 Facts("#PF",   "Page Fault",                      .fault,       true,  .pageFault)
    case .floatingPoint:             Facts("#MF",   "x87 FPU Floating-Point Error",    .fault,       false, .benign)
    case .alignmentCheck:            Facts("#AC",   "Alignment Check",                 .fault,       true,  .benign)
    case .machineCheck:              Facts("#MC",   "Machine Check",                   .abort,       false, .benign)
    case .simdFloatingPoint:         Facts("#XM",   "SIMD Floating-Point Exception",   .fault,       false, .benign)
    case .virtualization:            Facts("#VE",   "Virtualization Exception",        .fault,       false, .pageFault)
    case .controlProtection:         Facts("#CP",   "Control Protection Exception",    .fault,       true,  .contributory)
    }
  }

  /// What becomes of two exceptions when the second is raised while the first is delivered.
  public enum Escalation: Sendable {
    /// The second is delivered, then the first is raised again by its instruction.
    case serial
    /// A double fault with error code 0 takes the place of both.
    case doubleFault
    /// The processor shuts down: a triple fault.
    case shutdown
  }

  /// What happens when `second` is raised while this exception is delivered.
  ///
  /// External interrupts and INT n are benign as a first event: whatever follows them is serial.
  /// Intel SDM Vol. 3A §6.15 "Interrupt 8—Double Fault Exception", Table 6-5 "Conditions for
  /// Generating a Double Fault", and the text below it for the last row.
  public func followed(by second: Exception) -> Escalation {
    // swift-format-ignore
    switch (facts.severity, second.facts.severity) {
    case (.benign, _), (_, .benign):     .serial
    case (.contributory, .contributory): .doubleFault
    case (.contributory, .pageFault):    .serial
    case (.pageFault, .contributory):    .doubleFault
    case (.pageFault, .pageFault):       .doubleFault
    case (.doubleFault, _):              .shutdown
    // Complete the switch: a double fault is made here, and never raised as a second exception.
    case (_, .doubleFault):              .doubleFault
    }
  }
}
