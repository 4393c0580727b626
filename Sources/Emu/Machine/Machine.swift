// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A PC: processor, memory, bus and devices.
///
/// A machine belongs to one thread at a time; `requestPause()` alone may be called from anywhere.
/// Many machines may live in one process.
public final class Machine {
  /// What is decided about a machine before it is switched on.
  public struct Configuration: Equatable, Sendable {
    /// The memory installed, and how the guest is told of it.
    public var memory: MemoryMap
    /// What the real-time clock shows at power-on, in seconds since 1970-01-01T00:00:00Z.
    public var clock: Int64

    /// A configuration of these parts.
    public init(memory: MemoryMap, clock: Int64) {
      self.memory = memory
      self.clock = clock
    }
  }

  /// Why `run(instructions:)` returned.
  public enum Pause: Equatable, Sendable {
    /// All the instructions asked for were executed.
    case budgetSpent
    /// `requestPause()` was called.
    case requested
    /// The processor waits in HLT with interrupts on; `until` is the next moment at which a device
    /// will interrupt by itself, nil if only input from outside can.
    case waiting(until: GuestTime?)
    /// The guest stopped for good; running it again returns the same at once.
    case stopped(Stop)
  }

  /// Switches on a machine with `plan` applied to its memory and processor.
  public init(
    _ configuration: Configuration, loading plan: LoadPlan,
    sink: @escaping (Event) -> Void
  ) throws(MachineError) {
    throw .notYet
  }

  /// Runs up to `instructions` more instructions, exactly.
  public func run(instructions: UInt64) -> Pause { .budgetSpent }

  /// Makes `run` return soon; async-signal-safe, and callable from any thread.
  public func requestPause() {}

  /// Moves the clock ahead while the processor waits in HLT; earlier moments are ignored.
  public func skip(to moment: GuestTime) {}

  /// The instructions executed since power-on.
  public var instructions: UInt64 { 0 }

  /// The guest's time.
  public var now: GuestTime { .zero }

  /// What the guest's monitor shows now.
  public var screen: TextScreen { TextScreen(cells: [], cursor: nil) }

  /// Registers and mode, read without changing anything.
  public var processor: Processor { Processor(rip: VirtAddr(0), mode: .long64, interruptsEnabled: false) }

  /// Sends scancode set 1 bytes from the keyboard; false if the keyboard's buffer has no room for all of
  /// them, and then none is taken.
  public func type(_ scancodes: [UInt8]) -> Bool { false }

  /// Whether the guest has read every scancode that was typed.
  public var keyboardIsDrained: Bool { true }
}

/// What the processor is doing, as a value.
public struct Processor: Equatable, Sendable {
  /// The linear address of the next instruction (CS base + RIP).
  public var rip: VirtAddr
  /// The mode it runs in.
  public var mode: Mode
  /// RFLAGS.IF.
  public var interruptsEnabled: Bool

  /// How instructions are decoded and addresses formed (Intel SDM Vol. 1 §3.1 "Modes of Operation").
  public enum Mode: String, Sendable {
    case real16 = "real mode"
    case protected16 = "16-bit protected mode"
    case protected32 = "32-bit protected mode"
    case compatibility16 = "16-bit compatibility mode"
    case compatibility32 = "32-bit compatibility mode"
    case long64 = "64-bit mode"
  }
}

/// Why a machine could not be built.
public enum MachineError: Error, Equatable {
  case notYet
}
