// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why a machine could not be built.
public enum MachineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The host has no address space for the guest's memory.
  case noMemory(bytes: UInt64)
  /// The processor's engine is not the one that kemu needs.
  case engine(EngineError)
  /// Part of the plan lies outside the machine's memory.
  case doesNotFit(String, at: PhysAddr)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .noMemory(let bytes):
      "this computer has no room for \(bytes >> 20) MiB of guest memory; try a smaller --memory"
    case .engine(let error):
      "the processor needs libunicorn as Debian 12 has it (2.0.1.post1), and found another (\(error))"
    case .doesNotFit(let name, let address):
      "\(name) does not fit into memory at \(hex(address.value))"
    }
  }
}
