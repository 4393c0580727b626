// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Monitor
import Testing
import X86

/// Names for addresses, from symbol tables put together by hand.
@Suite struct SymbolTableTests {
  struct Symbol {
    var name: String
    var address: UInt64
    var size: UInt64 = 0
    var kind: UInt8 = 0
    var section: UInt16 = 1
  }

  /// An ELF file of one section at 0x100000, 0x1000 bytes, with these symbols.
  static func file(_ symbols: [Symbol], _ width: ELFClass) -> [UInt8] {
    var names: [UInt8] = [0]
    var table = [UInt8](repeating: 0, count: width == .elf32 ? 16 : 24)
    for symbol in symbols {
      table.append(littleEndian: UInt32(names.count))
      names += Array(symbol.name.utf8) + [0]
      if width == .elf32 {
        table.append(littleEndian: UInt32(symbol.address))
        table.append(littleEndian: UInt32(symbol.size))
      }
      table += [symbol.kind, 0]
      table.append(littleEndian: symbol.section)
      if width == .elf64 {
        table.append(littleEndian: symbol.address)
        table.append(littleEndian: symbol.size)
      }
    }
    let start: UInt64 = width == .elf32 ? 52 : 64
    let (namesAt, tableAt) = (start, start + UInt64(names.count))
    let headersAt = tableAt + UInt64(table.count)
    var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, width.rawValue, 1, 1, 0]
    bytes.pad(to: 16)
    for half: UInt16 in [2, width == .elf32 ? 3 : 62, 1, 0] { bytes.append(littleEndian: half) }
    for value in [0, 0, headersAt] { append(value, width, to: &bytes) }
    bytes.append(littleEndian: UInt32(0))
    for half: UInt16 in [0, 0, 0, width == .elf32 ? 40 : 64, 4, 0] {
      bytes.append(littleEndian: half)
    }
    bytes += names + table
    for (type, address, offset, size, link) in [
      (0, 0, 0, 0, 0), (8, 0x10_0000, 0, 0x1000, 0), (2, 0, tableAt, UInt64(table.count), 3),
      (3, 0, namesAt, UInt64(names.count), 0),
    ] as [(UInt32, UInt64, UInt64, UInt64, UInt32)] {
      bytes.append(littleEndian: UInt32(0))
      bytes.append(littleEndian: type)
      for value in [0, address, offset, size] { append(value, width, to: &bytes) }
      bytes.append(littleEndian: link)
      bytes.append(littleEndian: UInt32(0))
      for value: UInt64 in [1, 0] { append(value, width, to: &bytes) }
    }
    return bytes
  }

  private static func append(_ value: UInt64, _ width: ELFClass, to bytes: inout [UInt8]) {
    if width == .elf32 {
      bytes.append(littleEndian: UInt32(value))
    } else {
      bytes.append(littleEndian: value)
    }
  }

  // swift-format-ignore
  static let symbols = [
    Symbol(name: "file.S",   address: 0,         kind: 4, section: 0xFFF1),
    Symbol(name: "ABSOLUTE", address: 0x10_0000, section: 0xFFF1),
    Symbol(name: "",         address: 0x10_0000, kind: 3),
    Symbol(name: "_start",   address: 0x10_0010),
    Symbol(name: "loop",     address: 0x10_0018),
    Symbol(name: "function", address: 0x10_0100, size: 0x80, kind: 2),
    Symbol(name: "inside",   address: 0x10_0140),
    Symbol(name: "outer",    address: 0x10_0200, size: 0x100, kind: 1),
    Symbol(name: "inner",    address: 0x10_0200, size: 0x10, kind: 1),
    Symbol(name: "alias",    address: 0x10_0200),
    Symbol(name: "$s6Kernel4mainyyF", address: 0x10_0400, size: 8, kind: 2),
    Symbol(name: "$e6Kernel4haltyyF", address: 0x10_0408, size: 8, kind: 2),
    Symbol(name: "last",     address: 0x10_0800),
    Symbol(name: "undefined", address: 0x10_0900, section: 0),
  ]

  // swift-format-ignore
  static let places: [(address: UInt64, name: String?)] = [
    (0x0F_FFFF, nil),
    (0x10_0000, nil),                      // absolute and section symbols name nothing
    (0x10_0010, "_start"),
    (0x10_0017, "_start+0x7"),
    (0x10_0018, "loop"),
    (0x10_00FF, "loop+0xe7"),
    (0x10_0100, "function"),
    (0x10_0141, "function+0x41"),          // not inside+0x1
    (0x10_017F, "function+0x7f"),
    (0x10_0180, "inside+0x40"),            // the function has ended
    (0x10_020F, "inner+0xf"),
    (0x10_0210, "outer+0x10"),
    (0x10_0300, nil),                      // nothing after a sized symbol
    (0x10_0401, "Kernel.main() -> ()+0x1"),
    (0x10_0408, "Kernel.halt() -> ()"),
    (0x10_0FFF, "last+0x7ff"),
    (0x10_1000, nil),                      // the section has ended
    (UInt64.max, nil),
  ]

  @Test(arguments: [ELFClass.elf32, .elf64])
  func everyAddressHasTheNameAPersonWouldGiveIt(_ width: ELFClass) throws {
    let table = SymbolTable(try ELFFile(parsing: Self.file(Self.symbols, width)))
    for (address, name) in Self.places {
      let found = table.place(of: VirtAddr(address))?.description
      #expect(found == name, "0x\(String(address, radix: 16))")
    }
  }

  @Test func aNameIsFoundAsTheLinkerHasItAsItIsShownOrByItsLastPart() throws {
    // The first is Kernel.Screen.scroll() -> ().
    let symbols = [
      Symbol(name: "$s6Kernel6ScreenV6scrollyyF", address: 0x10_0010, size: 8, kind: 2),
      Symbol(name: "$s6Kernel6WriterV5flushyyF", address: 0x10_0020, size: 8, kind: 2),
      Symbol(name: "$s6Kernel6ScreenV5flushyyF", address: 0x10_0030, size: 8, kind: 2),
      Symbol(name: "$s6Kernel6WriterV4waityyF", address: 0x10_0048, size: 8, kind: 2),
      Symbol(name: "wait", address: 0x10_0040, size: 8, kind: 2),
      Symbol(name: "stack_top", address: 0x10_0800),
    ]
    let table = SymbolTable(try ELFFile(parsing: Self.file(symbols, .elf64)))
    #expect(try table.address(of: "stack_top") == VirtAddr(0x10_0800))
    #expect(try table.address(of: "scroll") == VirtAddr(0x10_0010))
    #expect(try table.address(of: "Kernel.Screen.scroll() -> ()") == VirtAddr(0x10_0010))
    #expect(try table.address(of: "wait") == VirtAddr(0x10_0040), "the linker's name comes first")
    #expect(throws: SymbolTable.NameError.unknown("none")) { try table.address(of: "none") }
    #expect(
      throws: SymbolTable.NameError.ambiguous(
        "flush", ["Kernel.Writer.flush() -> ()", "Kernel.Screen.flush() -> ()"])
    ) { try table.address(of: "flush") }
  }

  @Test func aStrippedFileNamesNothing() throws {
    let table = SymbolTable(try ELFFile(parsing: Self.file([], .elf64)))
    #expect(table.place(of: VirtAddr(0x10_0000)) == nil)
  }

  @Test func aSymbolThatReachesPastTheLastAddressNeverTraps() throws {
    let symbol = Symbol(name: "huge", address: 0x10_0000, size: .max, kind: 2)
    let table = SymbolTable(try ELFFile(parsing: Self.file([symbol], .elf64)))
    #expect(table.place(of: VirtAddr(0x10_0001))?.description == "huge+0x1")
    #expect(table.place(of: VirtAddr(0)) == nil)
  }

  @Test(arguments: [ELFClass.elf32, .elf64]) func damageNeverTraps(_ width: ELFClass) {
    let file = Self.file(Self.symbols, width)
    for offset in file.indices {
      for value: UInt8 in [0, 0x7F, 0xFF] {
        var damaged = file
        damaged[offset] = value
        guard let elf = try? ELFFile(parsing: damaged) else { continue }
        let table = SymbolTable(elf)
        for (address, _) in Self.places { _ = table.place(of: VirtAddr(address)) }
      }
    }
  }
}
