// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

/// System memory as the processor reaches it: by its cached translations, else by a walk.
///
/// A delivery uses the same few pages each time, and so do real processors look into their TLB first
/// (Intel SDM Vol. 3A §4.10.2 "Translation Lookaside Buffers (TLBs)"): a page table changed without
/// INVLPG may count later, for a delivery as for an instruction.
struct CachedMemory: SystemMemory {
  // SAFETY: lives as long as one delivery, in a callback of this processor's engine. A strong reference would be
  // counted up and down at every copy: a tenth of a delivery.
  private unowned(unsafe) let cpu: CPU
  private let memory: AddressDecoder
  private let engine: OpaquePointer?

  /// System memory as `cpu` sees it now.
  init(of cpu: CPU) {
    (self.cpu, memory, engine) = (cpu, cpu.board.memory.decoder, cpu.engine)
  }

  @inline(__always)
  func translate(
    _ address: VirtAddr, for access: PageAccess
  ) throws(LinearFault) -> Translation {
    let offset = engine_cached_offset(engine, address.value, access.engine, access.enginePrivilege)
    if offset != engine_not_cached {
      return Translation(physical: memory.address(ofOffset: offset), isNew: false)
    }
    return try walk(address, for: access)
  }

  @inline(never)
  private func walk(
    _ address: VirtAddr, for access: PageAccess
  ) throws(LinearFault) -> Translation {
    let paged = PagedMemory(paging: cpu.paging, physical: cpu.board.memory)
    return Translation(physical: try paged.translate(address, for: access).physical, isNew: true)
  }

  func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk? {
    cpu.paging.walk(address, for: access, in: cpu.board.memory)
  }

  @inline(__always)
  func load64(_ address: PhysAddr) -> UInt64 { memory.load64(address) }

  /// What another task sees, of which nothing is cached yet.
  func under(_ registers: Registers) -> PagedMemory<PhysicalMemory> {
    PagedMemory(paging: PagingState(registers), physical: cpu.board.memory)
  }

  func pointers(at cr3: UInt64) -> PointerEntries { PointerEntries(cr3: cr3, in: memory) }
}

extension PageAccess {
  /// The kind of access as the engine names it.
  var engine: engine_access {
    switch kind {
    case .read: .read
    case .write: .write
    case .fetch: .fetch
    }
  }

  /// On whose behalf, as the engine names it.
  var enginePrivilege: engine_privilege {
    switch privilege {
    case .user: .user
    case .supervisor(let ac): ac ? .supervisor : .supervisor_without_user_pages
    case .implicitSupervisor: .supervisor_without_user_pages
    }
  }
}
