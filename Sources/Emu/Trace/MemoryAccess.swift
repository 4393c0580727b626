// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A program's access to memory that is no plain RAM: the VGA's text memory, ROM, or where nothing answers.
public struct MemoryAccess: Sited, Equatable, Sendable {
  /// Where and when.
  public let site: Site
  /// Which way.
  public let direction: Direction
  /// The linear address of the first byte.
  public let linear: VirtAddr
  /// Where that is.
  public let physical: PhysAddr
  /// How many bytes, 1...8.
  public internal(set) var width: UInt64
  /// What was read or written, as a little-endian number.
  public internal(set) var value: UInt64
  /// What answers there.
  public let place: MemoryPlace

  /// Which way an access goes.
  public enum Direction: String, Sendable {
    case read
    case write
  }
}

/// What answers at a physical address that is no plain RAM.
public enum MemoryPlace: Equatable, Sendable {
  /// The VGA's text memory: the cell's place on the screen, nil if it is not shown.
  case text(row: Int, column: Int)
  /// The VGA's text memory, where it is not shown.
  case hiddenText
  /// The VGA's graphics memory, which is not there in text mode.
  case graphics
  /// Where adapters would have their ROMs.
  case adapters
  /// The BIOS ROM.
  case rom
  /// A register that newer PCs have there.
  case register(MappedRegister)
  /// Between the end of RAM and 3 GiB, or past all RAM.
  case beyondRAM
  /// Where newer PCs have devices, from 3 GiB up to 4 GiB.
  case devices
}

extension PhysicalMemory {
  /// What answers at `address`; nil if that is plain RAM. Text memory is told as not shown.
  func place(of address: PhysAddr) -> MemoryPlace? {
    if let offset = offset(of: address) {
      return Self.isTextMemory(offset: offset) ? .hiddenText : nil
    }
    // swift-format-ignore
    return switch address.value {
    case ..<0xc_0000:             .graphics
    case 0xc_0000..<0xf_0000:     .adapters
    case 0xf_0000..<0x10_0000:    .rom
    case 0xc000_0000..<4 << 30:   MappedRegister(at: address).map { .register($0) } ?? .devices
    default:                      .beyondRAM
    }
  }

  /// Whether an offset in the block is that of a byte of text memory.
  static func isTextMemory(offset: UInt64) -> Bool {
    offset &- VGAText.memory.value < VGAText.memorySize
  }
}
