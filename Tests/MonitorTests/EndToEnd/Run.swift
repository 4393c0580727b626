// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// What a run of kemu without a terminal left behind.
struct Run {
  /// What waitpid says.
  private(set) var status: Int32 = -1
  private(set) var output: [UInt8] = []
  /// Standard error.
  private(set) var messages = ""

  /// The exit status, nil if a signal ended it.
  var exitCode: Int32? { status & 0x7F == 0 ? status >> 8 & 0xFF : nil }
  var signal: Int32 { status & 0x7F }
  var text: String { String(decoding: output, as: UTF8.self) }

  /// Where standard input comes from.
  enum Input: Equatable {
    case null, closed
    /// A file of this name.
    case file(String)
  }

  /// Runs kemu with its output in files, `person` acting meanwhile, for a minute at most.
  init(
    _ arguments: [String], input: Input = .null, environment: [String] = [],
    person: (pid_t) -> Void = { _ in }
  ) throws {
    let scratch = try Scratch()
    let (output, messages) = (scratch.path("output"), scratch.path("messages"))
    let process = try Spawn.start(
      Program.path(), arguments, environment: Program.environment + environment
    ) { actions in
      let flags = O_WRONLY | O_CREAT
      switch input {
      case .null: posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      case .file(let path): posix_spawn_file_actions_addopen(&actions, 0, path, O_RDONLY, 0)
      case .closed: break
      }
      posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
      posix_spawn_file_actions_addopen(&actions, 2, messages, flags, 0o600)
      if input == .closed { posix_spawn_file_actions_addclose(&actions, 0) }
    }
    person(process)
    let end = ContinuousClock.now + .seconds(60)
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= end { kill(process, SIGKILL) }
      usleep(2000)
    }
    self.output = try scratch.read("output")
    self.messages = String(decoding: try scratch.read("messages"), as: UTF8.self)
  }

  /// `kemu run` with a tiny kernel.
  init(
    _ code: [UInt8], _ options: [String] = [], input: Input = .null, environment: [String] = [],
    person: (pid_t) -> Void = { _ in }
  ) throws {
    let kernel = try TinyKernel(code)
    defer { kernel.remove() }
    try self.init(
      ["run"] + options + [kernel.path], input: input, environment: environment, person: person)
  }
}

/// A directory that goes away again.
final class Scratch {
  private let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("kemu-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: directory) }

  func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

  func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appendingPathComponent(name)))
  }

  /// Writes a file, and returns its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    try Data(bytes).write(to: directory.appendingPathComponent(name))
    return path(name)
  }
}

/// Kernels that something else builds.
enum Kernels {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// images/NAME.elf.
  static func image(_ name: String) throws -> String {
    try existing(root.appendingPathComponent("images/\(name).elf").path, "make images")
  }

  /// What images there are in images/DIRECTORY, by name.
  static func names(in directory: String) -> [String] {
    let path = root.appendingPathComponent("images/\(directory)").path
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return files.filter { $0.hasSuffix(".elf") }.map { String($0.dropLast(4)) }.sorted()
  }

  /// Tests/guests/build/NAME.
  static func guest(_ name: String) throws -> String {
    try existing(root.appendingPathComponent("Tests/guests/build/\(name)").path, "make guests")
  }

  /// The game of Debian's grub-invaders.
  static func invaders() throws -> String {
    try existing("/boot/invaders.exec", "apt-get install grub-invaders")
  }

  private static func existing(_ path: String, _ command: String) throws -> String {
    try #require(
      FileManager.default.fileExists(atPath: path), "there is no \(path); `\(command)` makes it")
    return path
  }
}
