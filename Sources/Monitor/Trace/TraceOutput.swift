// SPDX-License-Identifier: GPL-2.0-or-later
import SystemPackage

/// Where a trace goes.
enum TraceOutput {
  case file(FileDescriptor)
  /// Nowhere yet: a live screen is shown.
  case log(TraceLog)

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    switch self {
    case .file(let file): try file.writeAll(bytes)
    case .log(let log): log.append(bytes)
    }
  }
}
