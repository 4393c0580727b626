// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// What happens when a guest crashes or hangs the program: its seed is named before that ends.
enum Watch {
  /// The guest that runs.
  nonisolated(unsafe) static var seed: UInt64 = 0
  /// Seconds a guest may take; no guest is near it.
  static let patience: UInt32 = 60

  static func begin() {
    for signal in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGALRM] {
      _ = Glibc.signal(signal) { number in
        // Async-signal-safe: digits on the stack, write, and the signal's own way to end.
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { buffer in
          var at = buffer.count
          var left = Watch.seed
          repeat {
            at -= 1
            buffer[at] = UInt8(truncatingIfNeeded: 48 + left % 10)
            left /= 10
          } while left > 0
          _ = Glibc.write(2, "soak: FAILED guest ", 19)
          _ = Glibc.write(2, buffer.baseAddress.map { $0 + at }, buffer.count - at)
          _ = number == SIGALRM ? Glibc.write(2, " hangs\n", 7) : Glibc.write(2, " crashes\n", 9)
        }
        _ = Glibc.signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  static func guest(_ seed: UInt64) {
    self.seed = seed
    alarm(patience)
  }
}

/// Ends the program for a reason that is not the guest's.
func fatal(_ seed: UInt64, _ text: String) -> Never {
  print("soak: FAILED guest \(seed): \(text)")
  exit(1)
}
