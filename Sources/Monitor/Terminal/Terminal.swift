// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import SystemPackage

/// The person's terminal: raw keys in, escape sequences out.
///
/// Between `enter()` and `leave()` the terminal is in raw mode on its alternate screen. Whatever
/// ends the process in between, `TerminalRescue` puts it back.
final class Terminal {
  private let input: FileDescriptor
  private let output: FileDescriptor
  private var isEntered = false

  /// The terminal behind these two descriptors; nil if either is not one.
  init?(input: FileDescriptor, output: FileDescriptor) {
    guard isatty(input.rawValue) == 1, isatty(output.rawValue) == 1 else { return nil }
    self.input = input
    self.output = output
  }

  deinit { leave() }

  /// The descriptor to wait on for keys.
  var inputDescriptor: Int32 { input.rawValue }

  /// The size; 80 x 24 where the terminal does not say, as a serial line.
  var extent: Extent {
    var size = winsize()
    guard ioctl(output.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0
    else { return Extent(rows: 24, columns: 80) }
    return Extent(rows: Int(size.ws_row), columns: Int(size.ws_col))
  }

  /// Goes to raw mode and the alternate screen.
  func enter() throws(SessionError) {
    if isEntered { return }
    var settings = termios()
    guard tcgetattr(input.rawValue, &settings) == 0 else {
      throw .cannotConfigureTerminal(Errno(rawValue: errno))
    }
    TerminalRescue.arm(input: input.rawValue, output: output.rawValue, settings: settings)
    isEntered = true
    cfmakeraw(&settings)
    // What is already typed stays: this is also the way back from a suspension, and of a signal that it went on.
    guard tcsetattr(input.rawValue, TCSADRAIN, &settings) == 0 else {
      throw .cannotConfigureTerminal(Errno(rawValue: errno))
    }
    try write(ANSI.enter)
  }

  /// Puts the terminal back as `enter()` found it.
  func leave() {
    if !isEntered { return }
    isEntered = false
    TerminalRescue.restoreNow()
  }

  /// Writes all of `text`.
  func write(_ text: String) throws(SessionError) {
    if text.isEmpty { return }
    do {
      try output.writeAll(text.utf8)
    } catch {
      throw .terminalGone(error as? Errno ?? .ioError)
    }
  }

  /// The bytes that have arrived, some at least when `poll` said so.
  func read() throws(SessionError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
        count = try input.read(into: UnsafeMutableRawBufferPointer(buffer))
      }
    } catch {
      throw .terminalGone(error as? Errno ?? .ioError)
    }
    // A terminal whose other side hangs up reads as an end of file.
    if bytes.isEmpty { throw .terminalGone(.ioError) }
    return bytes
  }
}
