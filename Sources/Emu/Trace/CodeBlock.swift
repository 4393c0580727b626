// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Instructions that are executed one after the other, as they stood in memory when they were decoded.
///
/// Where they are changed, or another way leads into them, there is another block.
public struct CodeBlock: Hashable, Sendable {
  /// The linear address of the first byte.
  public let address: VirtAddr
  /// How they are decoded: as code of 16, 32 or 64 bits.
  public let bits: UInt8
  /// Where each begins, in bytes from `address`; the first is 0.
  public let starts: [UInt16]
  /// The bytes of all.
  public let bytes: [UInt8]

  /// A block of these parts.
  public init(address: VirtAddr, bits: UInt8, starts: [UInt16], bytes: [UInt8]) {
    (self.address, self.bits, self.starts, self.bytes) = (address, bits, starts, bytes)
  }

  /// How many instructions there are.
  public var count: Int { starts.count }

  /// The linear address of instruction `number`, or with `count` that behind the last.
  public func address(of number: Int) -> VirtAddr {
    VirtAddr(address.value &+ UInt64(number < count ? Int(starts[number]) : bytes.count))
  }

  /// The bytes of instruction `number`.
  public func bytes(of number: Int) -> ArraySlice<UInt8> {
    let end = number + 1 < count ? Int(starts[number + 1]) : bytes.count
    return bytes[min(Int(starts[number]), end)..<end]
  }
}

/// A block was entered; or a correction of what was said of the last one.
///
/// All of the block's instructions are executed, unless corrections follow: an instruction that faults, and
/// those behind it, are not.
public struct Visit: Equatable, Sendable {
  private let number: UInt32
  /// The block, by the number that it has got; nil for a correction.
  public var block: Int? { number == .max ? nil : Int(number) }
  /// Of a correction: how many more instructions of the last block are executed; mostly less than 0.
  public let change: Int32
  /// RSP when the block was entered.
  public let rsp: UInt64

  /// A visit, or with the number ~0 a correction.
  @inline(__always)
  init(number: UInt32, change: Int32, rsp: UInt64) {
    (self.number, self.change, self.rsp) = (number, change, rsp)
  }
}
