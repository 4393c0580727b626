// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc
import SystemPackage

/// What a session has from the system that kemu runs on.
public struct Host {
  /// The environment's variables.
  public var environment: [String: String]
  /// The path of kemu's own file.
  public var executable: String?

  /// The process's own.
  public static var current: Host {
    var environment: [String: String] = [:]
    // SAFETY: environ ends with a null pointer, and nothing changes it while kemu runs.
    var next = environ
    while let entry = next.pointee {
      if let equals = strchr(entry, Int32(UInt8(ascii: "="))) {
        let name = UnsafeRawBufferPointer(start: entry, count: equals - entry)
        environment[String(decoding: name, as: UTF8.self)] = String(cString: equals + 1)
      }
      next += 1
    }
    return Host(environment: environment, executable: readExecutable())
  }

  private static func readExecutable() -> String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { path in
      guard let base = path.baseAddress else { return nil }
      let count = readlink("/proc/self/exe", base, path.count)
      guard count > 0 else { return nil }
      return String(decoding: UnsafeRawBufferPointer(path).prefix(count), as: UTF8.self)
    }
  }

  /// Seconds since 1970-01-01T00:00:00Z.
  var secondsSinceEpoch: Int64 { Int64(time(nil)) }

  /// The terminal to show a live screen on; nil if there is none, or none that can.
  func terminal() -> Terminal? {
    guard !["", "dumb"].contains(environment["TERM"] ?? "") else { return nil }
    return Terminal(input: .standardInput, output: .standardOutput)
  }

  /// Why a file cannot be read.
  enum ReadError: Error, Equatable, CustomStringConvertible {
    /// The system refuses.
    case system(Errno)
    /// It has more bytes than `largestFile`, or no end.
    case tooLarge

    /// What is wrong, for a sentence.
    var description: String {
      switch self {
      case .system(let error): "\(error)"
      case .tooLarge: "it is larger than \(Host.largestFile >> 20) MiB"
      }
    }
  }

  /// The most bytes that are read of a file: what a packed one may unpack to.
  static let largestFile = Gzip.limit

  /// The bytes of a file.
  func read(_ path: String) throws(ReadError) -> [UInt8] {
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      return try file.closeAfter {
        var bytes: [UInt8] = []
        var room = try file.size ?? 0
        guard room <= Self.largestFile else { throw ReadError.tooLarge }
        while true {
          let chunk = try [UInt8](unsafeUninitializedCapacity: max(room, 1 << 16)) { place, count in
            count = try file.read(into: UnsafeMutableRawBufferPointer(place))
          }
          if chunk.isEmpty { return bytes }
          if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
          guard bytes.count <= Self.largestFile else { throw ReadError.tooLarge }
          room = 0
        }
      }
    } catch {
      throw error as? ReadError ?? .system(error as? Errno ?? .ioError)
    }
  }

  /// Whether there is something at `path`.
  func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Opens a file to write to, made empty.
  func create(_ path: String) throws(Errno) -> FileDescriptor {
    do {
      return try FileDescriptor.open(
        FilePath(path), .writeOnly, options: [.create, .truncate],
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      throw error as? Errno ?? .ioError
    }
  }

  /// Writes to standard output; where nobody reads that any more, the process ends by SIGPIPE.
  public func print(_ text: String) {
    write(text, to: .standardOutput)
  }

  /// Says `text` on standard error, after kemu's name.
  public func say(_ text: String) { write("kemu: \(text)\n", to: .standardError) }

  /// Writes `text`, whole lines, to standard error.
  func tell(_ text: String) { write(text, to: .standardError) }

  /// How wide the lines on standard error may be, and which colours they may have; none in a file.
  var messageLook: (width: Int, depth: ColorDepth?) {
    guard isatty(FileDescriptor.standardError.rawValue) == 1 else {
      return (80, .forced(by: environment))
    }
    var size = winsize()
    let isKnown = ioctl(FileDescriptor.standardError.rawValue, UInt(TIOCGWINSZ), &size) == 0
    // Longer lines than that are hard to read.
    let width = isKnown && size.ws_col > 0 ? min(max(Int(size.ws_col), 60), 110) : 80
    let isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
    return (width, isDumb ? nil : ColorDepth(environment: environment))
  }

  private func write(_ text: String, to output: FileDescriptor) {
    do {
      try output.writeAll(text.utf8)
    } catch {
      // Nobody is left to be told.
      if error as? Errno == .brokenPipe { TerminalRescue.die(by: SIGPIPE) }
    }
  }
}

extension FileDescriptor {
  /// The bytes from its start to its end, where it then stands at its start; nil for what has no end
  /// to seek to: a pipe, or a directory, whose end some file systems put beyond all files.
  fileprivate var size: Int? {
    get throws {
      do {
        let size = try seek(offset: 0, from: .end)
        try seek(offset: 0, from: .start)
        return size < Int64.max ? Int(size) : nil
      } catch Errno.illegalSeek {
        return nil
      }
    }
  }
}
