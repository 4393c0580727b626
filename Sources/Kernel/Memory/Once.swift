// SPDX-License-Identifier: GPL-2.0-or-later
import Synchronization

/// Something that must not happen a second time, such as setting up what is in use.
struct Once: ~Copyable, Sendable {
  private let hasHappened = Atomic(false)
  private let complaint: StaticString

  /// - Parameter complaint: What a panic says when it happens again.
  init(_ complaint: StaticString) { self.complaint = complaint }

  /// Notes that it happens; ends the kernel if it has happened before.
  func happen(file: StaticString = #fileID, line: UInt = #line) {
    guard !hasHappened.exchange(true, ordering: .relaxed) else {
      panic("\(complaint)", file: file, line: line)
    }
  }
}
