// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc

/// Runs a kernel to its end with what happens kept in memory, and says how long that took.
///
/// `tracing KERNEL COMMAND-LINE none|deliveries|visits` prints seconds, the instructions executed, and how many
/// deliveries or instructions are in memory at the end.
@main
enum Tracing {
  /// What is kept; a class, since the machine's sink writes to it.
  private final class Memory {
    var deliveries: [Delivered] = []
    var execution = ExecutionRecord()
    var count = 0

    /// The last ones: as many as memory has room for without growing.
    private static let most = 1 << 14

    func receive(_ event: Event) {
      switch event {
      case .delivered(let delivered):
        if deliveries.count < Self.most {
          deliveries.append(delivered)
        } else {
          deliveries[count % Self.most] = delivered
        }
        count += 1
      case .translated, .visited, .stopped: execution.receive(event)
      default: break
      }
    }
  }

  static func main() throws {
    let arguments = CommandLine.arguments
    let watched: [String: Event.Categories] = [
      "none": [], "deliveries": .deliveries, "visits": .visits,
    ]
    guard arguments.count == 4, let watch = watched[arguments[3]],
      let kernel = contents(of: arguments[1])
    else {
      print("usage: tracing KERNEL COMMAND-LINE none|deliveries|visits")
      exit(64)
    }
    let plan = try Loader.plan(
      kernel: kernel, name: arguments[1], commandLine: arguments[2], modules: [], memory: .standard)
    let memory = Memory()
    let machine = try Machine(
      .init(memory: .standard, clock: 0), loading: plan, sink: memory.receive)
    machine.watch = watch
    let began = ContinuousClock.now
    while true {
      if case .stopped = machine.run(nanoseconds: 1_000_000_000) { break }
    }
    let took = (ContinuousClock.now - began).components
    print(
      Double(took.seconds) + Double(took.attoseconds) / 1e18, machine.instructions,
      watch == .visits ? memory.execution.instructions : UInt64(memory.count))
  }

  private static func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 {
      bytes += buffer[..<count]
    }
    return bytes
  }
}
