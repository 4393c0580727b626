// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// kemu and its kernel are one release.
@Suite struct VersionTests {
  @Test func `the kernel shows the version that kemu says it has`() throws {
    let says = try Run(["--version"]).text
    let version = try #require(says.split(whereSeparator: \.isWhitespace).last)
    #expect(says == "kemu \(version)\n")
    #expect(try Run(["run", Kernels.image("kernel")]).text.contains(version))
  }
}
