// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension PageWalk {
  /// How the walk ended, in one sentence: the bit that decided, or the physical address.
  var sentence: String {
    switch outcome {
    case .mapped(let mapping) where steps.isEmpty:
      "paging is off: \(address.text) is the physical address \(mapping.physical.text)"
    case .mapped(let mapping):
      "\(address.text) is physical \(mapping.physical.text), in a \(mapping.pageSize.rawValue.asSize) "
        + "page: \(mapping.rights.text); \(mapping.rights.owner)"
    case .fault(let fault): sentence(fault)
    case .nonCanonical:
      "bits 63 to 47 of \(address.text) are not all equal, so it is not canonical: no page fault, "
        + "but #GP(0), or #SS(0) through the stack"
    }
  }

  /// The bit that decided, as short as it can be said: `P is 0`; empty if nothing forbids.
  var verdict: String {
    guard case .fault(let fault) = outcome else { return "" }
    return switch fault.reason {
    case .notPresent: "P is 0"
    case .reservedBit(63): "XD is 1, reserved"
    case .reservedBit(let bit): "bit \(bit) is 1, reserved"
    case .writeProtected: "R/W is 0"
    case .supervisorOnly: "U/S is 0"
    case .noExecute: "XD is 1"
    case .smep: "U/S is 1, SMEP"
    case .smap: "U/S is 1, SMAP"
    }
  }

  private func sentence(_ fault: PageFault) -> String {
    let entry = decidingStep.map { name(ofStep: $0) } ?? fault.level.name
    switch fault.reason {
    case .notPresent: return "P of \(entry) is 0: nothing is mapped \(coveredText)"
    case .reservedBit(let bit): return reserved(bit, in: entry, fault.level)
    case .writeProtected:
      let supervisor = access.privilege == .user ? "" : ", and CR0.WP is 1: the supervisor obeys"
      return "R/W of \(entry) is 0: the page is read-only\(supervisor)"
    case .supervisorOnly: return "U/S of \(entry) is 0: user mode has no access to the page"
    case .noExecute: return "XD of \(entry) is 1: nothing may be executed in the page"
    case .smep:
      return "U/S is 1 on every level, and CR4.SMEP forbids the supervisor to execute user pages"
    case .smap:
      let flag = access.privilege == .supervisor(ac: false) ? " while EFLAGS.AC is 0" : ""
      return "U/S is 1 on every level, and CR4.SMAP forbids the supervisor to read and write user "
        + "pages\(flag)"
    }
  }

  /// `from 0xfd000000 to 0xfd1fffff (2 MiB)`
  private var coveredText: String {
    guard let covered else { return "there" }
    let size = covered.upperBound - covered.lowerBound + 1
    return "from \(covered.lowerBound.text) to \(covered.upperBound.text) (\(size.asSize))"
  }

  /// Why a bit has to be 0 (`PagingState.reservedBits(of:at:)` has the list).
  private func reserved(_ bit: UInt8, in entry: String, _ level: PagingLevel) -> String {
    let large = mode.pageSize(at: level).rawValue.asSize
    // swift-format-ignore
    let (name, rule) =
      switch (bit, level) {
      case (63, _) where mode == .pae && level == .pdpt:
                        ("bit 63", "reserved in a PDPTE of PAE paging")
      case (63, _):     ("XD", "reserved while EFER.NXE is 0")
      case (32..., _):  ("bit \(bit)", "beyond the physical addresses of this processor")
      case (7, .pml4):  ("PS", "reserved in a PML4: its entries map no pages")
      case (7, .pdpt) where mode == .fourLevel:
                        ("PS", "reserved: this processor has no 1 GiB pages")
      case (13..<21, .pd) where mode == .bits32:
                        ("bit \(bit)", "beyond the physical addresses of this processor")
      case (13..., _) where mode != .bits32:
                        ("bit \(bit)", "so the page is not at a multiple of its \(large)")
      default:          ("bit \(bit)", "reserved in a \(level.name) of \(mode.name)")
      }
    return "\(name) of \(entry) is 1, \(rule)"
  }
}
