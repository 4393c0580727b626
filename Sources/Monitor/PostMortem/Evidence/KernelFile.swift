// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// What the kernel's file tells of addresses: symbols and sections, if it has any.
///
/// The symbols are read when the first address is to be named: a run that names none needs none.
final class KernelFile {
  private let elf: ELFFile?
  private lazy var symbols = elf.map { SymbolTable($0) }
  private let readBeside: (String) -> [UInt8]?
  private lazy var debugInfo = elf.flatMap { DebugInfo($0.bytes) }
  private lazy var lineInfo = findLines()
  private var lines: [VirtAddr: SourceLine?] = [:]
  /// Whether it was made for 32-bit or 64-bit processors; nil if it does not say.
  let machine: ELFFile.Machine?

  /// What `elf` tells; nothing without one. `readBeside` reads a file in the same directory.
  init(_ elf: ELFFile?, readBeside: @escaping (String) -> [UInt8]? = { _ in nil }) {
    self.elf = elf
    self.readBeside = readBeside
    machine = elf?.machine
  }

  /// The symbol that the byte at `address` belongs to.
  func place(of address: VirtAddr) -> SymbolTable.Place? { symbols?.place(of: address) }

  /// The debug information that has source lines: the file's own, or that of the file it links to.
  private func findLines() -> DebugInfo? {
    guard let elf else { return nil }
    // Looking into it loads the library, of which a kernel without lines has no use.
    let hasLines = elf.sections.contains {
      [".debug_line", ".zdebug_line"].contains(elf.name(of: $0))
    }
    if hasLines, let debugInfo, debugInfo.hasLines { return debugInfo }
    guard let link = DebugLink(elf), let bytes = readBeside(link.name),
      link.isTo(bytes)
    else { return nil }
    return DebugInfo(bytes)
  }

  /// The source line of the instruction at `address`; each is looked up once.
  func line(of address: VirtAddr) -> SourceLine? {
    // Where there are none, the dictionary is left alone: making its type takes a tenth of a millisecond.
    guard let lineInfo else { return nil }
    if let known = lines[address] { return known }
    let line = lineInfo.line(of: address)
    lines[address] = .some(line)
    return line
  }

  /// `main+0x12, main.c:7` or what is known of it.
  func words(for address: VirtAddr) -> String? {
    SourceLine.joined(place(of: address).map { "\($0)" }, line(of: address))
  }

  /// The functions that execution is in at `address`, the innermost first, each in words: those that are
  /// inlined there with the lines that they are called from, and last the one that has the symbol.
  func functions(at address: VirtAddr, isReturn: Bool) -> [String] {
    // A return address belongs to the CALL before it.
    let instruction = isReturn ? VirtAddr(address.value &- 1) : address
    let symbol = (isReturn ? place(ofReturnAddress: address) : place(of: address)).map { "\($0)" }
    let inlined = lineInfo?.inlined(at: instruction) ?? []
    let names = inlined.map(\.name) + [symbol]
    let lines = [line(of: instruction)] + inlined.map(\.call)
    return zip(names, lines).compactMap { SourceLine.joined($0, $1) }
  }

  /// The rules that lead from the instruction at `address` to its function's caller.
  func frame(of address: VirtAddr) -> CallFrame? {
    debugInfo?.frame(of: address).map { CallFrame($0) }
      ?? lineInfo?.frame(of: address).map { CallFrame($0) }
  }

  /// Names addresses for those that want text.
  var symbolizer: Symbolizer { { self.place(of: $0).map { "\($0)" } } }

  /// The place that a return address belongs to: that of the CALL before it, since a function that never
  /// returns may have another one behind it.
  func place(ofReturnAddress address: VirtAddr) -> SymbolTable.Place? {
    guard var place = place(of: VirtAddr(address.value &- 1)) else { return nil }
    place.offset += 1
    return place
  }

  /// `main+0x12`, or else the address.
  func name(of address: VirtAddr) -> String {
    place(of: address).map { "\($0)" } ?? address.text
  }

  /// `0x100123 (main+0x12, main.c:7)`, or the address alone.
  func described(_ address: VirtAddr) -> String {
    address.described(by: words(for:))
  }

  /// The section that `address` lies in while the program runs.
  func section(of address: VirtAddr) -> ELFSectionHeader? {
    elf?.sections.first {
      $0.flags.contains(.allocated) && $0.address <= address && address - $0.address < $0.size
    }
  }

  /// The name of the section that `address` lies in.
  func sectionName(of address: VirtAddr) -> String? {
    guard let elf, let section = section(of: address) else { return nil }
    let name = elf.name(of: section)
    return name.isEmpty ? nil : name
  }

  /// Whether the kernel has code at `address`: by its sections, else by its segments; nil if neither
  /// tells.
  func hasCode(at address: VirtAddr) -> Bool? {
    guard let elf else { return nil }
    if elf.sections.contains(where: { $0.flags.contains(.executable) }) {
      return section(of: address)?.flags.contains(.executable) ?? false
    }
    let loaded = elf.segments.filter { $0.type == .load }
    guard !loaded.isEmpty else { return nil }
    return loaded.contains {
      $0.flags & 1 != 0 && $0.virtual <= address && address - $0.virtual < $0.memorySize
    }
  }

  /// Where the loader has put what is linked to `address`.
  func physical(of address: VirtAddr) -> PhysAddr? {
    guard let elf else { return nil }
    let segment = elf.segments.first {
      $0.type == .load && $0.virtual <= address && address - $0.virtual < $0.memorySize
    }
    return segment.map { PhysAddr($0.physical.value &+ (address - $0.virtual)) }
  }
}
