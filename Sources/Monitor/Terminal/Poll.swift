// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Waiting for bytes to read.
enum Poll {
  /// Sleeps until `input` or `wakeUp` is readable or the time is over, for ever with nil; says
  /// whether it is `input`, which counts as readable too when its other side has hung up.
  static func wait(forInput input: Int32, orWakeUp wakeUp: Int32, nanoseconds: UInt64?) -> Bool {
    var watched = [
      pollfd(fd: input, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0),
    ]
    // Rounded up: waking a little before the time would mean to sleep again at once, many times.
    let milliseconds = nanoseconds.map { Int32(clamping: ($0 + 999_999) / 1_000_000) } ?? -1
    return poll(&watched, nfds_t(watched.count), milliseconds) > 0 && watched[0].revents != 0
  }
}
