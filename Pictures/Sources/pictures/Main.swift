// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// `pictures KEMU`: draws what kemu shows in a terminal, docs/pictures/*.png; run in the root of the
/// checkout, after `make images guests`.
@main
struct Main {
  static func main() {
    guard CommandLine.arguments.count == 2 else {
      complain("which kemu?")
      exit(64)
    }
    do {
      for recording in Recording.all {
        let terminal = try recording.play(CommandLine.arguments[1])
        let path = "docs/pictures/\(recording.name).png"
        try write(try Drawing(of: terminal).png(), to: path)
        print(path)
      }
    } catch {
      complain("\(error)")
      exit(1)
    }
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let file = creat(path, 0o666)
    defer { close(file) }
    guard file >= 0, Glibc.write(file, bytes, bytes.count) == bytes.count else {
      throw Drawing.Failure(what: "\(path) cannot be written")
    }
  }

  private static func complain(_ text: String) {
    let line = Array("pictures: \(text)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
  }
}
