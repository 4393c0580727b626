// SPDX-License-Identifier: GPL-2.0-or-later

/// The calls that led to a place, newest first, read from the chain of frame pointers.
///
///     RBP ──▶ │ caller's RBP │ return address │
///                   │
///                   └──▶ │ its caller's RBP │ return address │ … │ 0 │
///
/// The compilers keep RBP in every function (System V ABI, x86-64 supplement §3.2.2 "The Stack
/// Frame"); boot.S starts the chain with 0. After a stray store it may lead anywhere, so nothing is
/// read outside the stack, and each link has to lead up it.
struct Backtrace {
  /// RBP of the innermost function.
  let framePointer: UInt64
  /// Where frames may lie.
  let stack: Range<UInt64>

  /// At most this many calls are told.
  static var limit: Int { 12 }

  /// Calls `body` with each return address; `load` reads eight bytes of the stack.
  func forEach(load: (UInt64) -> UInt64, _ body: (UInt64) -> Void) {
    var frame = framePointer
    for _ in 0..<Self.limit {
      guard frame % 8 == 0, frame >= stack.lowerBound, stack.upperBound >= 16,
        frame <= stack.upperBound - 16
      else { return }
      let returnAddress = load(frame + 8)
      guard returnAddress != 0 else { return }
      body(returnAddress)
      let next = load(frame)
      guard next > frame else { return }
      frame = next
    }
  }
}
