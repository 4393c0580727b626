// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// All that booting a kernel does to a machine, as a value: computed from files, then applied.
public struct LoadPlan: Equatable, Sendable {
  /// Bytes to lay into memory, zeroed tail included.
  public struct Write: Equatable, Sendable {
    /// Where the first byte goes.
    public var address: PhysAddr
    /// The bytes.
    public var bytes: ArraySlice<UInt8>
    /// How many zero bytes follow them.
    public var zeroes: UInt64
    /// What it is, for people: "segment 1 of kernel.elf", "boot information", "module initrd".
    public var name: String

    /// The memory it fills.
    public var range: Range<PhysAddr> { address..<address + (UInt64(bytes.count) + zeroes) }
  }

  /// What to lay into memory, in this order; nothing overlaps.
  public var writes: [Write]
  /// The physical address of the first instruction.
  public var entry: PhysAddr
  /// EAX at entry: the boot protocol's magic.
  public var eax: UInt32
  /// EBX at entry: the physical address of the boot information.
  public var ebx: UInt32
  /// The kernel's ELF file, if it is one, for symbols.
  public var elf: ELFFile?
  /// What was ignored or replaced, one sentence each.
  public var warnings: [String]
}
