// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The trace of calls: an indented tree of names.
///
/// A call that calls nothing is one line; of others the end has a line of its own.
struct CallTrace {
  private let kind: TraceFormat
  private let width: Int
  private let hasColors: Bool
  private let symbolizer: Symbolizer
  private let lines: (VirtAddr) -> SourceLine?
  private let buffer: TraceBuffer
  private var tree: CallTree
  private var number = RunningNumber(width: numberWidth)
  /// A call whose line is not ended: it may be over with what comes next.
  private var waiting: CallTree.Frame?

  /// Columns of a number, and for each level.
  private static let numberWidth = 11
  private static let levelWidth = 2
  /// Levels that are indented; deeper ones have their number in front.
  private static let mostLevels = 16
  /// Columns for what stands behind a name.
  private static let tail = 24

  init(
    _ kind: TraceFormat, width: Int, hasColors: Bool, symbolizer: @escaping Symbolizer,
    lines: @escaping (VirtAddr) -> SourceLine?, to buffer: TraceBuffer
  ) {
    (self.kind, self.width, self.hasColors) = (kind, width, hasColors)
    (self.symbolizer, self.lines, self.buffer) = (symbolizer, lines, buffer)
    tree = CallTree { address, from in
      guard let name = symbolizer(address), !name.contains("+0x") else { return false }
      return SymbolName.function(symbolizer(from)) != name
    }
  }

  /// Learns what a block is.
  mutating func learn(_ block: CodeBlock, number: Int) { tree.learn(block, number: number) }

  /// Takes visits.
  mutating func take(_ visits: [Visit]) { told { $0.take(visits, $1) } }

  /// Takes a delivery that reached a handler.
  mutating func take(_ delivered: Delivered) { told { $0.take(delivered, $1) } }

  /// Something else is going to be told.
  mutating func end() {
    if waiting != nil { buffer.append("\n") }
    waiting = nil
  }

  private mutating func told(
    _ body: (inout CallTree, (UInt64, CallTree.Step) -> Void) -> Void
  ) {
    var steps: [(UInt64, CallTree.Step)] = []
    body(&tree) { steps.append(($0, $1)) }
    for (number, step) in steps {
      switch kind {
      case .text: write(number, step)
      case .json: buffer.append(json(number, step))
      }
    }
  }

  // MARK: - Text

  private mutating func write(_ number: UInt64, _ step: CallTree.Step) {
    if case .leave(let frame, .returned, let executed, _) = step, waiting == frame {
      put(", ", .step)
      put(counted: executed)
      return end()
    }
    end()
    switch step {
    case .enter(let frame, let from, let depth):
      let room = begin(number, depth)
      enter(frame, from, room)
      waiting = frame
      return
    case .leave(let frame, let ending, let executed, let depth):
      let room = begin(number, depth)
      put(ending == .returned ? "end of " : "left without a return: ", .step)
      put(name(of: frame, room - 16), .step)
      put(", ", .step)
      put(counted: executed)
    case .jump(let address, _, let depth):
      let room = begin(number, depth)
      put("jumps to ")
      put(name(address, room))
    case .stack(let address, let depth):
      let room = begin(number, depth)
      put("another stack, at ")
      put(name(address, room))
    }
    buffer.append("\n")
  }

  private mutating func enter(_ frame: CallTree.Frame, _ from: VirtAddr, _ room: Int) {
    switch frame.kind {
    case .call:
      let name = name(frame.entry, room)
      put(name)
      if let line = lines(frame.entry), name.count + line.description.count + 3 <= room {
        put(" (\(line))", .step)
      }
      return
    case .systemCall: put("system call", .interrupt)
    case .interrupt(let title):
      put(title, .interrupt)
      put(" at ")
      put(name(from, room / 2))
    }
    put(" → ")
    put(name(frame.entry, room / 2))
  }

  /// Writes number and indentation; returns the columns that names may take.
  private mutating func begin(_ count: UInt64, _ depth: Int) -> Int {
    number.move(to: count)
    let levels = min(depth, Self.mostLevels)
    let indent = 2 + levels * Self.levelWidth
    var place = buffer.reserve(RunningNumber.most + indent)
    place = number.write(to: place)
    place.update(repeating: 32, count: indent)
    buffer.commit(place + indent)
    if depth > levels { put("[\(depth)] ") }
    return max(16, width - Self.numberWidth - indent - Self.tail)
  }

  private func put(counted executed: UInt64) {
    put(executed == 1 ? "1 instruction" : "\(executed.grouped) instructions", .step)
  }

  private func put(_ part: String, _ look: TraceLook = .plain) {
    guard hasColors, let parameters = look.parameters else { return buffer.append(part) }
    buffer.append(ANSI.style(parameters) + part + ANSI.resetStyle)
  }

  private func name(of frame: CallTree.Frame, _ room: Int) -> String {
    switch frame.kind {
    case .call: name(frame.entry, room)
    case .systemCall: "the system call"
    case .interrupt(let title): title
    }
  }

  private func name(_ address: VirtAddr, _ room: Int) -> String {
    symbolizer(address).map { SymbolName.fitted($0, to: room) } ?? address.text
  }

  // MARK: - JSON

  private func json(_ number: UInt64, _ step: CallTree.Step) -> String {
    var json = JSONWriter()
    json.lines = lines
    json.object { json in
      switch step {
      case .enter(let frame, let from, let depth):
        json.write(plain: "call", "event")
        json.write(number, "instructions")
        json.write(plain: frame.kind.name, "kind")
        json.write(UInt64(depth), "depth")
        if case .interrupt(let title) = frame.kind { json.write(title, "title") }
        json.write(frame.entry, "address", symbolizer)
        json.write(from, "from", symbolizer, symbol: "from_symbol")
      case .leave(let frame, let ending, let executed, let depth):
        json.write(plain: "return", "event")
        json.write(number, "instructions")
        json.write(plain: frame.kind.name, "kind")
        json.write(UInt64(depth), "depth")
        if case .interrupt(let title) = frame.kind { json.write(title, "title") }
        json.write(frame.entry, "address", symbolizer)
        json.write(executed, "executed")
        if ending == .abandoned { json.write(true, "abandoned") }
      case .jump(let to, let from, let depth):
        json.write(plain: "jump", "event")
        json.write(number, "instructions")
        json.write(UInt64(depth), "depth")
        json.write(to, "address", symbolizer)
        json.write(from, "from", symbolizer, symbol: "from_symbol")
      case .stack(let address, let depth):
        json.write(plain: "stack", "event")
        json.write(number, "instructions")
        json.write(UInt64(depth), "depth")
        json.write(address, "address", symbolizer)
      }
    }
    json.endLine()
    return String(decoding: json.take(), as: UTF8.self)
  }
}

extension CallTree.Kind {
  fileprivate var name: StaticString {
    switch self {
    case .call: "call"
    case .systemCall: "system_call"
    case .interrupt: "interrupt"
    }
  }
}
