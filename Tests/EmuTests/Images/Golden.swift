// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Emu

/// A screen that was looked at once and has to stay as it is: Tests/Goldens/NAME.screen.
///
/// After a wanted change `KEMU_RECORD=1 make test FILTER=Goldens` writes the files anew. That run
/// fails, so that nothing records by accident; `git diff` shows what changed.
struct Golden {
  /// What a comparison found.
  enum Verdict: Equatable {
    case same
    /// The lines that differ.
    case differs(String)
    case missing
    case recorded
  }

  let file: URL

  init(_ name: String, in directory: URL = Golden.directory) {
    file = directory.appendingPathComponent("\(name).screen")
  }

  static let directory = TestFiles.root.appendingPathComponent("Tests/Goldens")
  static let isRecording = ProcessInfo.processInfo.environment["KEMU_RECORD"] == "1"

  /// Compares `screen` with the file, or writes the file if `recording`.
  func verdict(on screen: TextScreen, recording: Bool = isRecording) throws -> Verdict {
    let dump = ScreenDump(screen)
    if recording {
      try Data(dump.text.utf8).write(to: file)
      return .recorded
    }
    guard let golden = try? String(contentsOf: file, encoding: .utf8) else { return .missing }
    return golden == dump.text ? .same : .differs(dump.difference(from: golden))
  }

  /// Fails the test unless `screen` is the golden one.
  func expect(_ screen: TextScreen, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let name = file.lastPathComponent
    let record = "KEMU_RECORD=1 make test FILTER=GoldenTests"
    switch try verdict(on: screen) {
    case .same: break
    case .differs(let lines):
      Issue.record(
        "the screen is not that of Tests/Goldens/\(name); if it should be: \(record)\n\(lines)",
        sourceLocation: sourceLocation)
    case .missing:
      Issue.record(
        "there is no Tests/Goldens/\(name); to write it: \(record)", sourceLocation: sourceLocation)
    case .recorded:
      Issue.record(
        "Tests/Goldens/\(name) was written; look at it, and test again without KEMU_RECORD",
        sourceLocation: sourceLocation)
    }
  }
}
