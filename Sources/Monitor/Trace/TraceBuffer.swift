// SPDX-License-Identifier: GPL-2.0-or-later
import SystemPackage

/// What a trace has written and nobody has got yet; full, it goes to its output.
final class TraceBuffer {
  /// As much is kept until it is written; a multiple of what a disk takes at once.
  private static let most = 1 << 18

  private let output: TraceOutput
  private var room: Int
  private var base: UnsafeMutablePointer<UInt8>
  private var count = 0
  /// Why nothing more is written.
  private(set) var failure: Errno?

  /// A buffer that goes to `output`.
  init(to output: TraceOutput) {
    self.output = output
    room = Self.most
    base = .allocate(capacity: room)
  }

  deinit { base.deallocate() }

  /// Takes bytes.
  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress else { return }
    let end = reserve(bytes.count)
    end.update(from: source, count: bytes.count)
    commit(end + bytes.count)
  }

  /// Takes a text.
  func append(_ text: String) {
    var text = text
    text.withUTF8 { append($0) }
  }

  /// Where the next bytes belong, `most` of which may be written there; `commit` says where they end.
  @inline(__always)
  func reserve(_ most: Int) -> UnsafeMutablePointer<UInt8> {
    if count + most > room { makeRoom(most) }
    return base + count
  }

  /// Takes what was written from `reserve` on.
  @inline(__always)
  func commit(_ end: UnsafeMutablePointer<UInt8>) { count = end - base }

  private func makeRoom(_ most: Int) {
    flush()
    guard most > room else { return }
    base.deallocate()
    room = most
    base = .allocate(capacity: room)
  }

  /// Writes all out.
  func flush() {
    defer { count = 0 }
    guard count > 0, failure == nil else { return }
    // Failures are for whoever asks later: events come from the middle of an instruction.
    do {
      try output.write(UnsafeRawBufferPointer(start: base, count: count))
    } catch {
      failure = error as? Errno ?? .ioError
    }
  }
}
