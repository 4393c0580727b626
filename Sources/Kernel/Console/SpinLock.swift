// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import Synchronization

/// A lock whose waiters try again until they have it, and whose owner is not interrupted.
///
/// So a handler of interrupts may take it, too: the interrupted code cannot be its owner. A handler of
/// exceptions can find that it is, since nothing keeps an exception out; waiting would be for ever, so
/// who takes a lock that is theirs ends the kernel.
struct SpinLock: ~Copyable, Sendable {
  /// The processor whose code has the lock; 0 if none has.
  private let owner = Atomic<UInt>(0)
  private let name: StaticString

  /// A lock that panics call by `name`.
  init(_ name: StaticString) { self.name = name }

  /// Runs `body` while no one else runs under the lock.
  func withLock<Result>(_ body: () -> Result) -> Result {
    let flags = save_and_disable_interrupts()
    defer { restore_interrupts(flags) }
    let me = current_processor()
    while !take(for: me) { wait(by: me) }
    defer { owner.store(0, ordering: .releasing) }
    return body()
  }

  private func take(for me: UInt) -> Bool {
    owner.compareExchange(
      expected: 0, desired: me, successOrdering: .acquiring, failureOrdering: .relaxed
    ).exchanged
  }

  /// Returns when nobody has the lock. Never inlined: what a panic needs would weigh on every use.
  @inline(never)
  private func wait(by me: UInt) {
    // Waits by reading, which leaves the cache line with the owner.
    while case let holder = owner.load(ordering: .relaxed), holder != 0 {
      if holder == me { panic("Who holds the \(name)'s lock takes it a second time") }
      spin_hint()
    }
  }
}
