// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Linear memory as the processor itself uses it while it delivers an interruption: only to look.
protocol SystemMemory {
  /// System memory of another address space.
  associatedtype Elsewhere: SystemMemory
  /// Where the byte at `address` lies, if `access` is allowed; changes nothing.
  func translate(
    _ address: VirtAddr, for access: PageAccess
  ) throws(LinearFault) -> Translation
  /// The eight bytes at `address`, little-endian, which lie in one page.
  func load64(_ address: PhysAddr) -> UInt64
  /// The walk of `address`, as it is told; nil where there are no page tables.
  func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk?
  /// The same memory as a task with `registers` sees it.
  func under(_ registers: Registers) -> Elsewhere
  /// The pointers of PAE paging that `cr3` leads to.
  func pointers(at cr3: UInt64) -> PointerEntries
}

extension SystemMemory {
  func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk? { nil }
}

/// Where a linear address leads.
struct Translation: Equatable, Sendable {
  /// The physical address.
  let physical: PhysAddr
  /// Whether the processor has not used it yet: an A or D flag may have to be set.
  let isNew: Bool
}

/// Why a linear address leads nowhere.
enum LinearFault: Error, Equatable, Sendable {
  /// A page fault at this address.
  case page(VirtAddr, PageFaultErrorCode)
  /// The address is not canonical.
  case nonCanonical
}

/// A page that the processor uses for a delivery and has not used yet: another walk for the same
/// access gives the entries where A or D may have to be set.
public struct PageTouch: Equatable, Sendable {
  /// An address in the page.
  public let address: VirtAddr
  /// What was done there.
  public let access: PageAccess
}

/// System memory by page walks.
struct PagedMemory<Physical: PhysicalMemoryReader>: SystemMemory {
  let paging: PagingState
  let physical: Physical

  func translate(
    _ address: VirtAddr, for access: PageAccess
  ) throws(LinearFault) -> Translation {
    let walk = paging.walk(address, for: access, in: physical)
    switch walk.outcome {
    case .mapped(let mapping):
      return Translation(physical: mapping.physical, isNew: walk.setsFlags)
    case .fault(let fault): throw .page(address, fault.errorCode)
    case .nonCanonical: throw .nonCanonical
    }
  }

  func load64(_ address: PhysAddr) -> UInt64 { physical.load64(address) }

  func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk? {
    paging.walk(address, for: access, in: physical)
  }

  func under(_ registers: Registers) -> Self {
    PagedMemory(paging: PagingState(registers), physical: physical)
  }

  func pointers(at cr3: UInt64) -> PointerEntries { PointerEntries(cr3: cr3, in: physical) }
}
