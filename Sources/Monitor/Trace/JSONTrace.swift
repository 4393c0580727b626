// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The trace for programs: an object on a line for each delivery (docs/trace.schema.json).
struct JSONTrace {
  /// Names addresses.
  let symbolizer: Symbolizer

  var json = JSONWriter()

  init(
    symbolizer: @escaping Symbolizer, lines: @escaping (VirtAddr) -> SourceLine? = { _ in nil }
  ) {
    self.symbolizer = symbolizer
    json.lines = lines
  }

  /// Gives `body` what was written since the last time.
  mutating func drain(_ body: (UnsafeBufferPointer<UInt8>) -> Void) { json.drain(body) }

  /// Writes the line of something that an instruction does: where and when, and then what `fields` has of it.
  mutating func write(
    _ event: StaticString, _ told: some Sited, _ fields: (inout JSONWriter, Symbolizer) -> Void
  ) {
    let symbolizer = symbolizer
    let site = told.site
    json.object { json in
      json.write(plain: event, "event")
      json.write(site.instructions, "instructions")
      json.write(site.moment.nanoseconds, "nanoseconds")
      json.write(site.mode.rawValue, "mode")
      json.write(UInt64(site.privilege), "ring")
      json.write(site.address, "address", symbolizer)
      fields(&json, symbolizer)
    }
    json.endLine()
  }

  mutating func write(_ record: TraceRecord) {
    let symbolizer = symbolizer
    json.object { json in
      json.write(plain: "delivery", "event")
      json.write(record.occasion, symbolizer)
      json.write(record.title, "title")
      if let event = record.event, record.raised == nil {
        json.write(UInt64(event.vector), "vector")
        json.write(plain: event.kind.name, "kind")
      } else if let exception = record.exception {
        json.write(UInt64(exception.rawValue), "vector")
        json.write(plain: "fault", "kind")
      }
      if record.event?.kind == .external {
        if let line = record.occasion.line {
          json.write(UInt64(line.number), "irq")
        } else {
          json.write(true, "spurious")
        }
      }
      if let raised = record.raised {
        json.write(raised.event.shortTitle(line: record.occasion.line), "while_delivering")
        if let event = record.event {
          json.write(event.shortTitle(line: record.occasion.line), "becomes")
        }
      }
      json.write(plain: record.end.name, "outcome")
      json.array("steps") { json in
        record.forEachStep {
          json.write($0, isLongMode: record.isLongMode, of: record, symbolizer)
        }
      }
    }
    json.endLine()
  }

  mutating func write(_ tripleFault: TripleFault) {
    guard let occasion = tripleFault.occasion, let root = RootCause(tripleFault) else { return }
    let symbolizer = symbolizer
    json.object { json in
      json.write(plain: "shutdown", "event")
      json.write(occasion, symbolizer)
      json.array("chain") { json in tripleFault.chain.forEach { json.write($0) } }
      json.write(root.sentence, "root_cause")
      json.write(root.advice, "look_first")
    }
    json.endLine()
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ occasion: Occasion, _ symbolizer: Symbolizer) {
    write(occasion.instructions, "instructions")
    write(occasion.moment.nanoseconds, "nanoseconds")
    write(occasion.modeName, "mode")
    write(UInt64(occasion.privilege), "ring")
    write(occasion.instruction, "address", symbolizer)
  }

  /// An address, and in keys of their own what it is called and which line of source is there.
  mutating func write(
    _ address: VirtAddr, _ key: StaticString, _ symbolizer: Symbolizer,
    symbol: StaticString? = nil
  ) {
    write(hex: address.value, key)
    if let name = symbolizer(address) { write(name, symbol ?? "symbol") }
    guard symbol == nil, let line = lines(address) else { return }
    write(line.path, "file")
    write(UInt64(line.line), "line")
  }

  /// A step; `record` is what it is of, nil for what has no cause.
  mutating func write(
    _ step: TraceStep, isLongMode: Bool, of record: TraceRecord?, _ symbolizer: Symbolizer
  ) {
    object { json in
      json.write(plain: step.name, "step")
      switch step {
      case .cause: if let record { json.cause(record, symbolizer) }
      case .walk(let walk): json.walk(walk)
      case .error(let code, let exception, let cr2, let pushed):
        json.error(code, exception, cr2, pushed, symbolizer)
      case .gate(let gate, let vector, let address, let table):
        json.gate(gate, vector, address, table)
      case .task(let selector, let old, let link):
        json.write(hex: UInt64(selector.rawValue), "selector")
        if let old { json.write(hex: UInt64(old), "from") }
        if let link { json.write(hex: UInt64(link), "link") }
      case .load(let task):
        json.object("registers") { json in
          for (name, value) in task.loaded { json.write(hex: value, name) }
        }
      case .segment(let selector, let segment, let old, let new):
        json.segment(selector, segment, old, new)
      case .stack(let stack, let old, let top, let new):
        json.write(stack.name(isLong: isLongMode), "source")
        json.write(hex: old, "old")
        if let top { json.write(hex: top, "top") }
        if let new { json.write(hex: new, "new") }
      case .pointer(let old, let new):
        json.write(hex: old, "old")
        json.write(hex: new, "new")
      case .push(let frame): json.frame(frame)
      case .flags(let old, let new):
        json.write(hex: old.rawValue, "old")
        json.write(hex: new.rawValue, "new")
        json.array("cleared") { json in old.cleared(in: new).forEach { json.write($0) } }
        let set = new.cleared(in: old)
        if !set.isEmpty { json.array("set") { json in set.forEach { json.write($0) } } }
      case .enter(let address): json.write(address, "address", symbolizer)
      case .fault(let fault, let step):
        json.write(plain: step.word, "at")
        json.write(fault.exception.facts.mnemonic, "exception")
        json.write(hex: UInt64(fault.errorCode), "error_code")
        if let address = fault.address { json.write(hex: address.value, "address") }
        json.write(fault.check.rule, "rule")
      }
    }
  }

  private mutating func cause(_ record: TraceRecord, _ symbolizer: Symbolizer) {
    write(
      record.cause { address in
        hex(address.value) + (symbolizer(address).map { " (\($0))" } ?? "")
      }, "text")
    let code = record.occasion.code
    guard record.raised == nil else { return }
    if let debug = record.occasion.debug {
      array("conditions") { json in
        DR6.names(in: debug.conditions.rawValue).forEach { json.write($0) }
      }
    }
    guard code.count > 0 else { return }
    write((0..<code.count).lazy.map { code[$0] }, "bytes")
  }

  private mutating func walk(_ walk: PageWalk) {
    write(hex: walk.address.value, "address")
    write(walk.access.kind.name, "access")
    write(plain: walk.access.privilege.inJSON, "privilege")
    write(walk.mode.name, "mode")
    array("levels") { json in
      for (number, step) in walk.steps.enumerated() {
        json.object { json in
          json.write(step.level.name, "table")
          json.write(UInt64(step.index), "index")
          json.write(hex: step.entryAddress.value, "entry_address")
          json.write(hex: step.entry.rawValue, "entry")
          json.array("flags") { json in
            walk.forEachSetFlag(ofStep: number) { json.write($0) }
          }
          if number == walk.decidingStep { json.write(walk.verdict, "verdict") }
        }
      }
    }
    write(walk.sentence, "text")
  }

  private mutating func error(
    _ code: UInt32, _ exception: Exception, _ cr2: VirtAddr?, _ pushed: UInt32?,
    _ symbolizer: Symbolizer
  ) {
    write(hex: UInt64(code), "code")
    if exception == .pageFault {
      array("bits") { json in
        PageFaultErrorCode(rawValue: code).forEachMeaning { bit, isSet, meaning in
          json.object { json in
            json.write(bit, "bit")
            json.write(isSet ? 1 : 0, "value")
            json.write(meaning, "meaning")
          }
        }
      }
    } else if let table = SelectorErrorCode(rawValue: code).table {
      write(table.rawValue, "table")
      write(UInt64(SelectorErrorCode(rawValue: code).index), "index")
    }
    if exception != .pageFault { write(SelectorErrorCode(rawValue: code).isExternal, "external") }
    if let cr2 { write(cr2, "cr2", symbolizer, symbol: "cr2_symbol") }
    if let pushed { write(hex: UInt64(pushed), "pushed") }
  }

  private mutating func gate(
    _ gate: GateDescriptor?, _ vector: UInt8, _ address: VirtAddr, _ table: Registers.Table?
  ) {
    write(UInt64(vector), "entry")
    write(hex: address.value, "address")
    if let table { write(hex: UInt64(table.limit), "limit") }
    guard let gate else { return }
    write(gate.type?.name ?? "reserved", "type")
    write(hex: UInt64(gate.selector.rawValue), "selector")
    write(hex: gate.offset, "offset")
    write(UInt64(gate.stack), "ist")
    write(UInt64(gate.access.privilegeLevel), "dpl")
    write(gate.access.contains(.present), "present")
  }

  private mutating func segment(
    _ selector: SegmentSelector, _ segment: Registers.Segment?, _ old: UInt8, _ new: UInt8?
  ) {
    write(hex: UInt64(selector.rawValue), "selector")
    write(UInt64(old), "from_ring")
    guard let segment, let new else { return }
    write(UInt64(new), "to_ring")
    write(segment.codeName, "type")
    write(UInt64(segment.access.privilegeLevel), "dpl")
    write(hex: segment.base.value, "base")
    write(hex: UInt64(segment.limit), "limit")
  }

  private mutating func frame(_ frame: InterruptFrame) {
    write(frame.width, "width")
    array("values") { json in
      for number in 0..<frame.count {
        json.object { json in
          if let kind = frame.kind(of: number) { json.write(kind.name(width: frame.width), "name") }
          json.write(hex: frame.address(of: number).value, "address")
          json.write(hex: frame[number], "value")
        }
      }
    }
  }
}

extension TraceStep {
  /// Its word.
  var name: StaticString {
    switch self {
    case .cause: "cause"
    case .walk: "walk"
    case .error: "error"
    case .gate: "gate"
    case .task: "task"
    case .load: "load"
    case .segment: "segment"
    case .stack, .pointer: "stack"
    case .push: "push"
    case .flags: "flags"
    case .enter: "enter"
    case .fault: "fault"
    }
  }
}

extension TraceRecord.End {
  fileprivate var name: StaticString {
    switch self {
    case .handler: "handler"
    case .fault: "fault"
    case .shutdown: "shutdown"
    }
  }
}

extension PageAccess.Privilege {
  fileprivate var inJSON: StaticString {
    switch self {
    case .user: "user"
    case .supervisor: "supervisor"
    case .implicitSupervisor: "processor"
    }
  }
}

extension Interruption.Kind {
  fileprivate var name: StaticString {
    switch self {
    case .fault: "fault"
    case .trap: "trap"
    case .abort: "abort"
    case .softwareInterrupt: "software_interrupt"
    case .softwareException: "software_exception"
    case .privilegedSoftwareException: "privileged_software_exception"
    case .external: "external"
    case .nonMaskable: "non_maskable"
    }
  }
}
