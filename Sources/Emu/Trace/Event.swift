// SPDX-License-Identifier: GPL-2.0-or-later

/// Something that happened in the machine, as a value: what it tells its owner while it runs.
///
/// What the owner has to ask for is no event: the screen, the registers, the counts. What may come many
/// times a second is told only if the machine is to watch for it (`Machine.watch`), and costs nothing
/// else.
public enum Event: Equatable, Sendable {
  /// The guest sent a byte out.
  case output(OutputChannel, UInt8)
  /// The guest stopped for good.
  case stopped(Stop)
  /// An exception, a software interrupt or a device's interrupt reached a handler; watched as
  /// `deliveries`, or as `exceptions` if it is about one.
  case delivered(Delivered)
  /// IRET, SYSCALL, SYSENTER or a way back from those, or a JMP or CALL to another task, was carried out;
  /// watched as `transfers`.
  case transferred(Transfer)
  /// A control register, a model-specific register or a descriptor table register was loaded; watched as
  /// `control`.
  case controlled(ControlChange)
  /// The program read from a port, or is about to write to one; watched as `ports`.
  case reachedPort(PortAccess)
  /// The program reads or has written memory that is no plain RAM; watched as `memory`.
  case reachedMemory(MemoryAccess)
  /// The program has changed an entry of the page tables in force; watched as `paging`.
  case wroteEntry(EntryWrite)
  /// The processor has forgotten cached translations, or paging has begun; watched as `paging`.
  case forgotTranslations(TranslationFlush)
  /// The processor executed HLT at this moment, and waits; watched as `waits`.
  case waiting(since: GuestTime)
  /// An interrupt ends the wait at this moment; watched as `waits`.
  case woken(at: GuestTime)

  /// A block of instructions is about to be executed for the first time, and has got this number; or one
  /// that had it is gone. Watched as `visits`.
  case translated(CodeBlock, number: Int)
  /// These blocks were entered, the first one first; watched as `visits`. The last one may be under way.
  case visited([Visit])

  /// The kinds of events that are told only on demand.
  public struct Categories: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt16

    /// The categories with these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What reaches a handler.
    public static let deliveries = Categories(rawValue: 1 << 0)
    /// HLT, and what ends it.
    public static let waits = Categories(rawValue: 1 << 1)
    /// IRET, system calls, and switches to other tasks.
    public static let transfers = Categories(rawValue: 1 << 2)
    /// Accesses to memory that is no plain RAM.
    public static let memory = Categories(rawValue: 1 << 3)
    /// Page tables, and cached translations.
    public static let paging = Categories(rawValue: 1 << 4)
    /// Loads of the processor's own registers.
    public static let control = Categories(rawValue: 1 << 5)
    /// Accesses to ports.
    public static let ports = Categories(rawValue: 1 << 6)
    /// Each block of instructions.
    public static let visits = Categories(rawValue: 1 << 7)
    /// Of what reaches a handler, exceptions and what the delivery of an interrupt raises.
    public static let exceptions = Categories(rawValue: 1 << 8)
  }
}
