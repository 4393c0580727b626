// SPDX-License-Identifier: GPL-2.0-or-later

/// A test that runs on the bare machine, in the image that is built for it (`images/kernel-tests.elf`).
///
/// The parts of the kernel that are functions of values are tested on the build host; here is what
/// needs a processor.
struct SelfTest {
  /// Subject, condition and result.
  let name: StaticString
  /// Runs it; false if it has failed.
  let body: () -> Bool

  init(_ name: StaticString, _ body: @escaping () -> Bool) {
    self.name = name
    self.body = body
  }
}

/// A test that the kernel does not survive: each needs a boot of its own, and has an image of its own,
/// `images/tests/NAME.elf`. On the command line of the image with all of them it is `case=NAME`.
struct EndingTest {
  /// What it is called there; images.mk reads the names in EndingTests.swift.
  let name: StaticString
  /// What the panic says that has to come.
  let words: StaticString
  /// What should not return.
  let body: () -> Void

  init(_ name: StaticString, ending words: StaticString, _ body: @escaping () -> Void) {
    self.name = name
    self.words = words
    self.body = body
  }
}

extension Text {
  /// Whether the bytes of `words` are in the text.
  func contains(_ words: StaticString) -> Bool {
    withBytes { bytes in
      words.withUTF8Buffer { wanted in
        guard wanted.count <= bytes.count else { return false }
        for start in 0...bytes.count - wanted.count
        where bytes[start..<start + wanted.count].elementsEqual(wanted) { return true }
        return false
      }
    }
  }
}
