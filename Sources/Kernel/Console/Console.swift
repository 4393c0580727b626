// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The one place that all text of the kernel goes through: the screen, and a serial port as well
/// if the command line asks for it.
///
/// `print` is called with a finished `Text`. Its interpolations, which may call functions that
/// print too, have run before the lock is taken; so a nested print neither waits for its own
/// caller nor lands in the middle of its line.
enum Console {
  private static let lock = SpinLock("console")

  // Both belong to who holds the lock.
  nonisolated(unsafe) private static var writer: Writer?
  nonisolated(unsafe) private static var mirror: SerialPort?

  /// Clears `screen` and sends text to it and to `mirror` from now on; until then, it goes nowhere.
  static func open(_ screen: Screen?, mirror: SerialPort? = nil) {
    lock.withLock {
      screen?.clear()
      writer = screen.map { Writer(on: $0) }
      Self.mirror = mirror
    }
  }

  /// Writes `text` in `color` and then `terminator`, with no other text in between.
  ///
  /// ```swift
  /// Console.print("\(color: .yellow)\(count)\(color: .white) frames from \(first)")
  /// ```
  static func print(_ text: Text, color: ColorCode = .standard, terminator: Text = "\n") {
    lock.withLock {
      writer?.write(text, color: color)
      writer?.write(terminator, color: color)
      writer?.moveCursor()
      mirror?.write(text)
      mirror?.write(terminator)
    }
  }

  /// Runs `body` while nobody can print, not even `body`: what happens to a panic then?
  static func withLockHeld(_ body: () -> Void) { lock.withLock(body) }
}
