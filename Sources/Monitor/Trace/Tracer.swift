// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import SystemPackage
import X86

/// Takes events as they happen, and writes those that were asked for.
public final class Tracer {
  private let categories: TraceCategories
  private let buffer: TraceBuffer
  private var text: TextTrace?
  private var json: JSONTrace?
  /// The last access to a port, which may come again.
  private var ports: PortRun?
  /// The last accesses to memory that is no plain RAM, which may go on.
  private var memory = MemoryRuns()
  /// The last writes to entries of page tables, which may go on.
  private var entries: EntryRun?
  /// Whether something has happened since the last time that a person was shown the trace.
  private var hasReceived = false
  private var flow: FlowTrace?

  /// More names than one kernel needs; not all that it has.
  private static let mostNames = 4096

  /// A tracer that writes to `output`, in lines of `width` columns.
  public convenience init(
    _ options: TraceOptions, to output: FileDescriptor, width: Int = 80, hasColors: Bool = false,
    symbolizer: @escaping Symbolizer
  ) {
    self.init(
      options, to: .file(output), width: width, hasColors: hasColors, symbolizer: symbolizer,
      lines: { _ in nil })
  }

  /// The same, with the source lines that `lines` finds.
  init(
    _ options: TraceOptions, to output: TraceOutput, width: Int, hasColors: Bool,
    symbolizer: @escaping Symbolizer, lines: @escaping (VirtAddr) -> SourceLine?
  ) {
    let categories = options.categories ?? .usual
    self.categories = categories
    buffer = TraceBuffer(to: output)
    let names = Self.remembering(symbolizer)
    let lines = Self.remembering(lines)
    switch options.format {
    case .text:
      let words = Self.remembering { SourceLine.joined(symbolizer($0), lines($0)) }
      text = TextTrace(width: width, hasColors: hasColors, symbolizer: words)
    case .json: json = JSONTrace(symbolizer: names, lines: lines)
    }
    if !categories.isDisjoint(with: [.instructions, .calls]) {
      flow = FlowTrace(
        categories, options.format, width: width, hasColors: hasColors, symbolizer: names,
        lines: lines, to: buffer)
    }
  }

  /// Takes what happened in the machine.
  public func receive(_ event: Event) {
    hasReceived = true
    if case .reachedPort(let access) = event, ports?.take(access) == true { return }
    if case .wroteEntry(let write) = event, entries?.take(write) == true { return }
    writeEntries()
    if case .reachedMemory(let access) = event {
      writePorts()
      flow?.receive(event)
      return write(memory.take(access))
    }
    writePorts()
    write(memory.end())
    flow?.receive(event)
    switch event {
    case .delivered(let delivered): write { TraceRecord.forEach(of: delivered, $0) }
    case .stopped(.tripleFault(let fault)) where categories.contains(.faults):
      TraceRecord.forEach(of: fault) { write($0) }
      text?.write(fault)
      json?.write(fault)
      collect()
    case .transferred(let transfer) where categories.contains(.interrupts):
      text?.write(transfer)
      json?.write(transfer)
      collect()
    case .controlled(let change):
      text?.write(change)
      json?.write(change)
      collect()
    case .wroteEntry(let write): entries = EntryRun(write)
    case .forgotTranslations(let flush):
      text?.write(flush)
      json?.write(flush)
      collect()
    case .reachedPort(let access): ports = PortRun(access)
    case .output, .stopped, .transferred, .reachedMemory, .waiting, .woken, .translated, .visited:
      break
    }
  }

  /// Writes the access to a port that was told last, once no other is like it.
  private func writePorts() {
    guard let run = ports else { return }
    ports = nil
    text?.write(run)
    json?.write(run)
    collect()
  }

  /// Writes the entries that were told last, once no other goes with them.
  private func writeEntries() {
    guard let run = entries else { return }
    entries = nil
    text?.write(run)
    json?.write(run)
    collect()
  }

  /// Writes accesses to memory that no other goes on with.
  private func write(_ runs: [MemoryRun]) {
    for run in runs {
      text?.write(run)
      json?.write(run)
      collect()
    }
  }

  /// Writes the records of one event if one of them was asked for.
  private func write(_ forEach: ((TraceRecord) -> Void) -> Void) {
    var isWanted = false
    forEach { isWanted = isWanted || !categories.isDisjoint(with: $0.category) }
    guard isWanted else { return }
    forEach { write($0) }
    collect()
  }

  private func write(_ record: TraceRecord) {
    text?.write(record)
    json?.write(record)
  }

  /// Writes what goes on as long as it does, though it may go on.
  func endRuns() {
    writeEntries()
    writePorts()
    write(memory.end())
  }

  /// For a person who looks on: writes what goes on, too, if the guest waits or nothing has come since
  /// the last time. When that is depends on real time, so a run without a person does not ask for it.
  func settle(isWaiting: Bool) {
    if isWaiting || !hasReceived { endRuns() }
    hasReceived = false
  }

  /// Writes out what came since the last time, but for what goes on.
  public func flush() throws(SessionError) {
    buffer.flush()
    if let failure = buffer.failure { throw .cannotWriteTrace(failure) }
  }

  /// Takes what was written, in its place among the rest.
  private func collect() {
    json?.drain { buffer.append($0) }
    text?.drain { buffer.append($0) }
  }

  /// The same names or lines, looked up once: handlers and what they interrupt come again and again.
  private static func remembering<Value>(
    _ find: @escaping (VirtAddr) -> Value?
  ) -> (VirtAddr) -> Value? {
    var known: [UInt64: Value?] = [:]
    return { address in
      if let value = known[address.value] { return value }
      if known.count >= mostNames { known.removeAll(keepingCapacity: true) }
      let value = find(address)
      known[address.value] = .some(value)
      return value
    }
  }
}
