// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// One `kemu check`: why a file can or cannot boot.
public struct KernelCheck {
  private let path: String
  private let memory: UInt64
  private let host: Host

  /// A check of the file at `path` for a machine with `memory` bytes of RAM.
  public init(path: String, memory: UInt64, on host: Host = .current) {
    self.path = path
    self.memory = memory
    self.host = host
  }

  /// Prints the report on standard output, and returns 0 if the file boots.
  public func run() -> Int32 {
    let map: MemoryMap
    do throws(MemoryMap.Invalid) {
      map = try MemoryMap(ramSize: memory)
    } catch {
      host.say("--memory: \(error)")
      return FailureStatus.usage
    }
    do throws(Host.ReadError) {
      let report = BootReport(kernel: try host.read(path), name: path, memory: map)
      host.print("\(report)")
      return report.error == nil ? 0 : FailureStatus.cannotBoot
    } catch {
      host.say("\(path) cannot be read: \(error)")
      return FailureStatus.cannotBoot
    }
  }
}
