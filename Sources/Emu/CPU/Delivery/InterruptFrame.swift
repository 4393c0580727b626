// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a delivery pushes: 3 to 10 values of one width, from the top down.
///
///     from virtual-8086 mode     GS  FS  DS  ES
///     with another stack, and
///     always in long mode        SS  SP
///     always                     FLAGS  CS  IP
///     with some exceptions       error code
///
/// Intel SDM Vol. 3A Figure 6-4 "Stack Usage on Transfers to Interrupt and Exception-Handling
/// Routines", §6.14.2 "64-Bit Mode Stack Frame", Figure 20-4 "Privilege Level 0 Stack After Interrupt
/// or Exception in Virtual-8086 Mode".
public struct InterruptFrame: Sendable {
  /// The bytes of one value: 2, 4 or 8.
  public let width: UInt64
  /// The stack pointer above the frame.
  public let top: UInt64
  /// The linear address of the stack segment.
  public let base: VirtAddr
  /// The bits of the stack pointer that count.
  public let mask: UInt64
  /// How many values there are.
  public private(set) var count = 0
  private var values: InlineArray<10, UInt64>

  /// An empty frame below `top` in a stack segment.
  @inline(__always)
  init(width: UInt64, top: UInt64, base: VirtAddr = VirtAddr(0), mask: UInt64 = ~0) {
    (self.width, self.top, self.base, self.mask) = (width, top, base, mask)
    values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  }

  @inline(__always)
  mutating func push(_ value: UInt64) {
    values[count] = width == 8 ? value : value & (1 << (width * 8) - 1)
    count += 1
  }

  /// The values in the order in which they are pushed.
  public subscript(number: Int) -> UInt64 {
    precondition(number < count, "value out of range")
    return values[number]
  }

  /// Calls `body` with each value, in the order of the pushes.
  ///
  /// A loop over the subscript would copy the frame for each value.
  @inline(__always)
  func forEach(_ body: (UInt64) -> Void) {
    let values = values.span
    // SAFETY: `count` is at most the number of values, since `push` checks.
    for number in 0..<count { body(values[unchecked: number]) }
  }

  /// The stack pointer below the frame; bits beyond `mask` are zero.
  public var bottom: UInt64 { offset(of: count - 1) }

  /// The offset of a value in the stack segment.
  func offset(of number: Int) -> UInt64 { (top &- width &* UInt64(number + 1)) & mask }

  /// The linear address of a value.
  public func address(of number: Int) -> VirtAddr {
    VirtAddr((base.value &+ offset(of: number)) & addressMask)
  }

  /// The bits of a linear address that count: all in long mode, whose frames alone have a width of 8.
  var addressMask: UInt64 { width == 8 ? ~0 : 0xffff_ffff }

  /// The address of the first value, if all lie in its page and nothing wraps around; most do.
  @inline(__always)
  var onlyPage: VirtAddr? {
    let first = address(of: 0)
    let last = address(of: count - 1)
    return first.value >> 12 == last.value >> 12 && first.value & 0xfff + width <= 0x1000
      ? first : nil
  }

  /// Whether every value lies within `segment`.
  ///
  /// Intel SDM Vol. 3A §5.3 "Limit Checking": for an expand-down segment the limit is the last offset
  /// that is not allowed, and the upper bound is 64 KiB or, with B, 4 GiB.
  func fits(in segment: Registers.Segment) -> Bool {
    let expandsDown = segment.access.contains(.conformingOrExpandDown)
    let highest = segment.flags.contains(.big) ? 0xffff_ffff : 0xffff as UInt64
    for number in 0..<count {
      let first = offset(of: number)
      let last = first + width - 1
      let isInside =
        expandsDown
        ? first > UInt64(segment.limit) && last <= highest : last <= UInt64(segment.limit)
      if !isInside { return false }
    }
    return true
  }
}

extension InterruptFrame: Equatable {
  /// Whether both push the same values to the same places.
  public static func == (a: InterruptFrame, b: InterruptFrame) -> Bool {
    a.width == b.width && a.top == b.top && a.base == b.base && a.mask == b.mask
      && a.count == b.count && (0..<a.count).allSatisfy { a.values[$0] == b.values[$0] }
  }
}
