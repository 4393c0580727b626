// SPDX-License-Identifier: GPL-2.0-or-later
import Dispatch
import Testing

@testable import Kernel

@Suite(.timeLimit(.minutes(1))) struct SpinLockTests {
  /// What the lock guards: a sum that loses additions if two threads make one at the same time.
  private final class Guarded: @unchecked Sendable {
    let lock = SpinLock("test")
    var sum = 0
  }

  @Test func additionsOfManyThreadsAllCount() {
    let guarded = Guarded()
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for _ in 0..<1_000_000 { guarded.lock.withLock { guarded.sum += 1 } }
    }
    #expect(guarded.sum == 4_000_000)
  }

  @Test func lockIsFreeAgainAfterTheBodyAndHandsItsResultOn() {
    let lock = SpinLock("test")
    #expect(lock.withLock { 1 } + lock.withLock { 2 } == 3)
  }

  @Test func lockThatItsOwnerTakesAgainEndsTheKernelInsteadOfWaiting() async {
    await #expect(processExitsWith: .failure) {
      let lock = SpinLock("test")
      lock.withLock { lock.withLock {} }
    }
  }
}
