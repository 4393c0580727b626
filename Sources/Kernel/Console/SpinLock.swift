// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import Synchronization

/// A lock whose waiters try again until they have it, and whose owner is not interrupted.
///
/// So a handler of interrupts may take it, too: the interrupted code cannot be its owner. It does not
/// know its owner: who takes it twice waits for ever.
struct SpinLock: ~Copyable, Sendable {
  private let taken = Atomic(false)

  /// Runs `body` while no one else runs under the lock.
  func withLock<Result>(_ body: () -> Result) -> Result {
    let flags = save_and_disable_interrupts()
    defer { restore_interrupts(flags) }
    while taken.exchange(true, ordering: .acquiring) {
      // Waits by reading, which leaves the cache line with the owner.
      while taken.load(ordering: .relaxed) { spin_hint() }
    }
    defer { taken.store(false, ordering: .releasing) }
    return body()
  }
}
