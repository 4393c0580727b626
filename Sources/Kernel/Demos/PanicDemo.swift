// SPDX-License-Identifier: GPL-2.0-or-later
import Boot

/// `demo=panic`: the end of a kernel, while the console's lock is held, some calls deep.
enum PanicDemo {
  /// Does not return.
  static func show() {
    Console.print("The next line is printed by nobody: the one who holds the lock panics.")
    Console.withLockHeld { descend(3) }
  }

  @inline(never)
  private static func descend(_ depth: Int) {
    if depth == 0 { panic("Nothing is left to descend to") }
    descend(depth - 1)
    spin_hint()  // no tail call: each depth stays in the backtrace
  }
}
