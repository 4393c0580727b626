// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What addresses are called: by the kernel's file, and by the PC.
struct KernelNames {
  private let elf: ELFFile?
  private let symbols: SymbolTable?
  private let memory: MemoryMap

  /// The names of a kernel, if it has an ELF file, on a machine with this memory.
  init(_ elf: ELFFile?, memory: MemoryMap) {
    self.elf = elf
    symbols = elf.map(SymbolTable.init)
    self.memory = memory
  }

  /// The address that a place stands for, with these registers.
  func address(
    of place: Place, _ registers: Registers?, cr2: VirtAddr?
  ) throws(SymbolTable.NameError) -> VirtAddr {
    switch place {
    case .address(let address): return address
    case .register(let register):
      guard let registers else { throw .unknown(register.rawValue) }
      return registers.address(in: register, cr2: cr2)
    case .symbol(let name, let offset):
      guard let symbols else { throw .unknown(name) }
      return VirtAddr(try symbols.address(of: name).value &+ offset)
    }
  }

  /// The symbol at a linear address: `name+0x12`; nil if none is known.
  func name(of address: VirtAddr) -> String? { symbols?.place(of: address).map { "\($0)" } }

  /// What is found at a physical address: a symbol of the kernel where it was loaded, or a part of the PC.
  func name(of address: PhysAddr) -> String? {
    part(at: address) ?? linked(address).flatMap { name(of: $0) }
  }

  /// The address at which the kernel was linked to have what was loaded at `address`.
  private func linked(_ address: PhysAddr) -> VirtAddr? {
    let segment = elf?.segments.first {
      $0.type == .load && $0.physical <= address && address - $0.physical < $0.memorySize
    }
    return segment.map { VirtAddr($0.virtual.value &+ (address - $0.physical)) }
  }

  private func part(at address: PhysAddr) -> String? {
    parts.first { $0.range.contains(address) }?.name
  }

  /// The parts of a PC's address space that are not plain RAM.
  var parts: [(range: ClosedRange<PhysAddr>, name: String)] {
    let end: UInt64 = (4 << 30) + memory.highRAM
    // swift-format-ignore
    var rows: [(UInt64, UInt64, String)] = [
      (0xa_0000,  0xb_7fff,  "VGA graphics memory, not modelled"),
      (0xb_8000,  0xb_ffff,  "VGA text memory"),
      (0xc_0000,  0xe_ffff,  "adapter ROMs, none here"),
      (0xf_0000,  0xf_ffff,  "BIOS ROM"),
    ]
    if memory.lowRAM < 4 << 30 { rows.append((memory.lowRAM, (4 << 30) - 1, "no RAM")) }
    rows.append((end, .max, "no RAM"))
    return rows.map { (PhysAddr($0.0)...PhysAddr($0.1), $0.2) }
  }

  /// The kernel's sections in memory, and its stacks as far as symbols say so, at the addresses they are
  /// linked at.
  var areas: [(range: ClosedRange<VirtAddr>, name: String)] {
    guard let elf else { return [] }
    let sections = elf.sections.filter { $0.flags.contains(.allocated) && $0.size > 0 }
    return sections.map { section in
      let last = section.address.value.addingReportingOverflow(section.size - 1)
      let end = last.overflow ? UInt64.max : last.partialValue
      return (section.address...VirtAddr(end), elf.name(of: section))
    } + (symbols?.stacks ?? [])
  }
}

extension Registers {
  /// The linear address that a register stands for; `cr2` is that of an exception that is yet to come.
  fileprivate func address(in register: Place.Register, cr2 next: VirtAddr?) -> VirtAddr {
    switch register {
    case .rip: nextInstruction
    case .rsp: VirtAddr(mode == .long64 ? rsp : (ss.base.value &+ rsp) & 0xffff_ffff)
    case .cr2: next ?? cr2
    }
  }
}

extension SymbolTable {
  /// What symbols call a stack: data of a size, and what lies between two labels.
  fileprivate var stacks: [(range: ClosedRange<VirtAddr>, name: String)] {
    var label: (name: String, address: VirtAddr)?
    var stacks: [(range: ClosedRange<VirtAddr>, name: String)] = []
    let smallest: UInt64 = 1024  // a pointer or a descriptor of a stack is none
    for (name, symbol) in names where name.lowercased().contains("stack") {
      let (address, size) = (symbol.address, symbol.size)
      if size > 0 {
        guard size >= smallest, symbol.kind != .function else { continue }
        let (last, overflow) = address.value.addingReportingOverflow(size - 1)
        stacks.append((address...VirtAddr(overflow ? .max : last), name))
        label = nil
      } else if let start = label, start.address < address, Self.isTop(name, of: start.name) {
        stacks.append((start.address...VirtAddr(address.value - 1), start.name))
        label = nil
      } else {
        label = (name, address)
      }
    }
    return stacks
  }

  /// Whether these are labels such as `stack_top` and `stack_bottom`.
  private static func isTop(_ name: String, of start: String) -> Bool {
    let ends = ["_top", "_end"]
    guard let end = ends.first(where: name.hasSuffix), !ends.contains(where: start.hasSuffix) else {
      return false
    }
    return start.hasPrefix(name.dropLast(end.count))
  }
}
