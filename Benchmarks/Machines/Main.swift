// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Glibc

/// Boots and runs a kernel many times, one machine after another in this process, and says how that went.
///
/// `machines KERNEL COUNT` prints one line for each tenth of the runs: seconds, and the resident set in KiB
/// behind them. The kernel must end by a triple fault.
@main
enum Machines {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let count = Int(arguments[2]), count >= 10,
      let kernel = contents(of: arguments[1])
    else {
      print("usage: machines KERNEL COUNT")
      exit(64)
    }
    let memory = MemoryMap.standard
    for _ in 0..<10 {
      let began = ContinuousClock.now
      for _ in 0..<count / 10 {
        let plan = try Loader.plan(
          kernel: kernel, name: arguments[1], commandLine: "", modules: [], memory: memory)
        let machine = try Machine(.init(memory: memory, clock: 0), loading: plan) { _ in }
        guard case .stopped(.tripleFault) = machine.run(nanoseconds: 1_000_000) else {
          print("the kernel did not end by a triple fault")
          exit(1)
        }
      }
      let took = (ContinuousClock.now - began).components
      print(Double(took.seconds) + Double(took.attoseconds) / 1e18, residentKiB)
    }
  }

  /// The resident set, the second number of /proc/self/statm, which is in pages of 4 KiB.
  private static var residentKiB: Int {
    let text = contents(of: "/proc/self/statm").map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4 } ?? 0
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
