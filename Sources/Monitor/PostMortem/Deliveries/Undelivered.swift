// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Why no handler could be told: what the first delivery failed of.
enum Undelivered {
  /// Why the handler of the first fault could not be entered; nil if nothing failed.
  static func finding(_ fault: FaultCase) -> Finding? {
    guard let failure = fault.failed.first else { return nil }
    switch failure.fault.check {
    case .vectorInTable: return MissingTable.diagnose(fault)
    case .gateReadable: return MissingTable.notMapped(fault, at: failure.fault.address)
    case .gatePresent, .gateType: return MissingGate.diagnose(fault)
    case .codeSelector, .codeInTable, .codeType, .codeLong, .codePresent, .codePrivilege:
      return BadHandler.segment(fault)
    case .entryPoint: return BadHandler.address(fault)
    case .stackPointerInTask, .stackPointerReadable, .stackRoom:
      return BadHandler.stack(fault)
    default: return broken(failure, fault)
    }
  }

  private static func broken(_ failure: FailedDelivery, _ fault: FaultCase) -> Finding {
    let address = failure.fault.address.map { " (at \(fault.kernel.described($0)))" } ?? ""
    return Finding(
      .ruleBroken,
      cause:
        "The handler of \(fault.shortName) could not be entered: \(failure.fault.check.rule)\(address).",
      lookFirst: "gate \(fault.fault.vector) of the IDT, and what it leads to")
  }
}

extension FaultCase {
  /// The gate of the fault's vector, and where it lies; nil if it is beyond the limit or not mapped.
  var gate: GateDescriptor? {
    let registers = evidence.registers
    let size: UInt64 = registers.efer.contains(.lma) ? 16 : 8
    let offset = UInt64(fault.vector) * size
    guard offset + size - 1 <= UInt64(registers.idtr.limit) else { return nil }
    let place = VirtAddr(registers.idtr.base.value &+ offset)
    guard let low = evidence.memory.value(at: place, width: 8) else { return nil }
    let high =
      size == 16 ? evidence.memory.value(at: VirtAddr(place.value &+ 8), width: 4) ?? 0 : 0
    return GateDescriptor(low: low, high: high)
  }

  /// `IRQ 0 (timer)` and what its vector is, if the controllers still have the vectors of DOS.
  var unmappedVector: String? {
    guard isDevice, evidence.controllers.masterBase == 8, (8...15).contains(fault.vector) else {
      return nil
    }
    let other = Exception(rawValue: fault.vector).map {
      ", where \($0.title) belongs"
    }
    return
      "The interrupt controllers were not remapped: IRQ 0 to 7 still come with vectors 8 to 15, as under "
      + "DOS, and \(shortName) with vector \(fault.vector)\(other ?? "")."
  }
}
