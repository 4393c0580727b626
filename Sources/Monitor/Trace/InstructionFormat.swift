// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// How the line of an instruction is written: around its number.
struct InstructionFormat {
  private let kind: TraceFormat
  private let width: Int
  private let symbolizer: Symbolizer
  private let lines: (VirtAddr) -> SourceLine?
  private let disassembler = Disassembler()

  init(
    _ kind: TraceFormat, width: Int, symbolizer: @escaping Symbolizer,
    lines: @escaping (VirtAddr) -> SourceLine?
  ) {
    (self.kind, self.width, self.symbolizer, self.lines) = (kind, width, symbolizer, lines)
  }

  private var isWide: Bool { width >= 110 }

  /// The columns of a number; 0 for a number of JSON's.
  var numberWidth: Int {
    switch kind {
    case .text: 11
    case .json: 0
    }
  }

  /// What stands before the number.
  var start: StaticString {
    switch kind {
    case .text: ""
    case .json: "{\"event\":\"instruction\",\"instructions\":"
    }
  }

  /// What stands behind the number of an instruction.
  func line(of block: CodeBlock, _ number: Int, faults: Bool) -> String {
    let address = block.address(of: number)
    let bytes = block.bytes(of: number)
    let text = disassembler.text(bytes, at: address, bits: block.bits)
    switch kind {
    case .text:
      let source = isWide ? newSource(block, number, faults: faults) : nil
      return textLine(address, bytes, text ?? "", source, faults: faults)
    case .json: return jsonLine(address, bytes, text, faults: faults)
    }
  }

  /// The line of source of the first of a block, and where another one begins.
  private func newSource(_ block: CodeBlock, _ number: Int, faults: Bool) -> SourceLine? {
    let source = lines(block.address(of: number))
    if number == 0 || faults { return source }
    return lines(block.address(of: number - 1)) == source ? nil : source
  }

  /// A line for an event between instructions; nil if it has a line of its own.
  func line(of event: String) -> String? {
    switch kind {
    case .text: return String(repeating: " ", count: numberWidth) + "  ── " + event + "\n"
    case .json: return nil
    }
  }

  private func textLine(
    _ address: VirtAddr, _ bytes: ArraySlice<UInt8>, _ text: String, _ source: SourceLine?,
    faults: Bool
  ) -> String {
    var line = "  " + address.text + " "
    let name = symbolizer(address).map { SymbolName.fitted($0, to: isWide ? 48 : 24) }
    // A longer name takes the room of the bytes, if they leave it.
    let code = bytes.map(\.twoDigits).joined(separator: isWide ? " " : "")
    let columns = isWide ? (name: 34, bytes: 30) : (name: 18, bytes: 16)
    if let name { line += name.padded(to: columns.name) + " " }
    let taken = name.map { max(0, $0.count - columns.name) } ?? 0
    line += code.padded(to: max(0, columns.bytes - taken)) + " " + text + target(of: text)
    while line.last == " " { line.removeLast() }
    if faults { line += "  ← faults" }
    if let source = source?.description {
      // At the right edge, if there is room.
      let column = width - numberWidth - source.count
      if line.count + 2 <= column { line = line.padded(to: column) + source }
    }
    return line + "\n"
  }

  /// The name of what a CALL calls.
  private func target(of text: String) -> String {
    guard text.hasPrefix("call 0x"), let address = UInt64(text.dropFirst(7), radix: 16) else {
      return ""
    }
    return symbolizer(VirtAddr(address)).map { " (\(SymbolName.fitted($0, to: 24)))" } ?? ""
  }

  private func jsonLine(
    _ address: VirtAddr, _ bytes: ArraySlice<UInt8>, _ text: String?, faults: Bool
  ) -> String {
    var json = JSONWriter()
    json.lines = lines
    json.object { json in
      json.write(address, "address", symbolizer)
      json.write(bytes, "bytes")
      if let text { json.write(text, "text") }
      if faults { json.write(true, "faults") }
    }
    json.endLine()
    // In place of the bracket: what is in front of it has one already.
    return "," + String(decoding: json.take().dropFirst(), as: UTF8.self)
  }
}
