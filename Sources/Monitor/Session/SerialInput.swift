// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import SystemPackage

/// Bytes for COM1 that come in from a file, a pipe or a terminal, up to its end.
///
/// A file gives the same bytes at the same moments in every run. So does a pipe whose writer is not slow:
/// a byte that is due is waited for as long as `patience`. A writer that pauses longer is a person, or
/// waits for the guest; from then on its bytes come when they come.
struct SerialInput {
  /// Milliseconds of real time for which a pipe may make the guest wait.
  private static let patience: Int32 = 100

  private let source: FileDescriptor
  /// Whether it is a terminal, where a person types.
  let isTerminal: Bool
  private var bytes: ArraySlice<UInt8> = []
  /// Whether nothing more comes than what has been read.
  private var hasEnded = false
  /// Whether nothing came when it was asked last.
  private(set) var isSilent = false

  /// Input from `source`; nil if that is not open, or not for reading.
  ///
  /// To be made before kemu opens anything: a closed standard input's number is the next file's.
  init?(_ source: FileDescriptor) {
    let mode = fcntl(source.rawValue, F_GETFL)
    guard mode >= 0, mode & O_ACCMODE != O_WRONLY else { return nil }
    self.source = source
    isTerminal = isatty(source.rawValue) == 1
    // A job in the background that reads its terminal is stopped, unless it does not listen: then the
    // read fails (POSIX, General Terminal Interface, "Terminal Access Control").
    if isTerminal { signal(SIGTTIN, SIG_IGN) }
  }

  /// Whether all of it has been taken.
  var isExhausted: Bool { hasEnded && bytes.isEmpty }

  /// The byte that comes next; nil if there is none, or none yet.
  mutating func first() -> UInt8? {
    if bytes.isEmpty && !hasEnded {
      isSilent = !isReadable(within: isTerminal || isSilent ? 0 : Self.patience)
      if !isSilent { refill() }
    }
    return bytes.first
  }

  /// Takes the byte that `first` has told.
  mutating func removeFirst() { bytes.removeFirst() }

  /// Sleeps until there is something to read, or for `milliseconds` of real time.
  func wait(milliseconds: Int32) {
    if isInBackground {
      poll(nil, 0, milliseconds)
    } else {
      _ = isReadable(within: milliseconds)
    }
  }

  /// What another job's terminal has to read is not for us.
  private var isInBackground: Bool { isTerminal && tcgetpgrp(source.rawValue) != getpgrp() }

  private func isReadable(within milliseconds: Int32) -> Bool {
    if isInBackground { return false }
    var watched = pollfd(fd: source.rawValue, events: Int16(POLLIN), revents: 0)
    // An end, or an error, is readable, too.
    return poll(&watched, 1, milliseconds) > 0
  }

  private mutating func refill() {
    let read: [UInt8]
    do {
      read = try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = try source.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      read = []
      // It went into the background between the question and the read.
      if isInBackground {
        isSilent = true
        return
      }
    }
    bytes = read[...]
    hasEnded = read.isEmpty
  }
}
