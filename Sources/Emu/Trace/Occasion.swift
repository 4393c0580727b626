// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Where and when a program was interrupted, and what it was about to do.
public struct Occasion: Equatable, Sendable {
  /// When.
  public let moment: GuestTime
  /// The instructions executed until then.
  public let instructions: UInt64
  /// The interrupt line, for a device's interrupt; nil if the controllers answered with a spurious
  /// vector, and for everything else.
  public let line: IRQ?
  /// The mode that was interrupted.
  public let mode: Processor.Mode
  /// The privilege that was interrupted, 0...3.
  public let privilege: UInt8
  /// The linear address that the return address stands for.
  public let rip: VirtAddr
  /// The linear address of the instruction: `rip`, but for INT n, INT3, INTO and INT1.
  public let instruction: VirtAddr
  /// What stands there; empty for what no instruction has caused, and for traps, which lie behind theirs.
  public let code: InstructionBytes
  /// RCX, in which RDMSR and WRMSR have the number of their register.
  public let rcx: UInt64
  /// Why paging did not allow the access, as the tables were at that moment; only for a page fault.
  public let walk: PageWalk?
  /// What raised it; only for a debug exception other than INT1.
  public let debug: DebugReason?
}

/// The bytes at an instruction: as many as the longest one has, if so many can be fetched.
///
/// How many of them the instruction has, only a decoder can tell.
public struct InstructionBytes: Sendable {
  private var bytes = InlineArray<15, UInt8>(repeating: 0)
  /// How many there are.
  public private(set) var count = 0

  /// None.
  public init() {}

  /// Whether there are as many as an instruction may have (Intel SDM Vol. 2A §2.3.11 "AVX Instruction
  /// Length").
  var isFull: Bool { count == 15 }

  mutating func append(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  /// The byte at `number`, less than `count`.
  public subscript(number: Int) -> UInt8 {
    precondition(number < count, "byte out of range")
    return bytes[number]
  }
}

extension InstructionBytes: Equatable {
  /// Whether both are the same bytes.
  public static func == (a: InstructionBytes, b: InstructionBytes) -> Bool {
    a.count == b.count && (0..<a.count).allSatisfy { a.bytes[$0] == b.bytes[$0] }
  }
}
