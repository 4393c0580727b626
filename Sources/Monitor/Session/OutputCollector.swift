// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import SystemPackage

/// Takes the bytes that the guest sends, looks for `--until` in them, and writes them out; the trace as well.
public final class OutputCollector {
  /// One port's bytes on their way out.
  private struct Channel {
    var output: FileDescriptor?
    var place: UntilPlace
    var matcher: ByteMatcher?
    var pending: [UInt8] = []
  }

  private var com1: Channel
  private var debugcon: Channel
  private let standardOutput: FileDescriptor

  /// What is done with all else that happens.
  var tracer: Tracer?
  /// What the trace comes to while a live screen is shown.
  var log: TraceLog?
  /// What is said of exceptions if nothing is traced.
  var headings: FaultHeadings?

  /// How many bytes the guest has sent.
  private(set) var count: UInt64 = 0
  /// Where the text that is looked for was sent first.
  private(set) var match: UntilPlace?
  /// Called when the text has been sent, in the middle of the guest's `out` instruction.
  var onMatch: () -> Void = {}
  /// Whether the last byte written to standard output ended a line.
  private(set) var endsLine = true

  /// A collector that writes to these descriptors, nil for nowhere.
  public init(
    com1: FileDescriptor?, debugcon: FileDescriptor?, until: String?,
    standardOutput: FileDescriptor = .standardOutput
  ) {
    let pattern = until.map { Array($0.utf8) }
    self.com1 = Channel(output: com1, place: .com1, matcher: pattern.map(ByteMatcher.init))
    self.debugcon = Channel(
      output: debugcon, place: .debugcon, matcher: pattern.map(ByteMatcher.init))
    self.standardOutput = standardOutput
  }

  /// Takes what happened in the machine.
  public func receive(_ event: Event) {
    switch event {
    case .output(.com1, let byte): take(byte, into: &com1)
    case .output(.debugcon, let byte): take(byte, into: &debugcon)
    case .stopped, .delivered, .transferred, .controlled, .reachedPort, .reachedMemory, .wroteEntry,
      .forgotTranslations, .waiting, .woken, .translated, .visited:
      tracer?.receive(event)
      if let headings, case .delivered(let delivered) = event {
        // What the guest sent before comes before. If it cannot be written, the next try says so.
        try? flush()
        headings.receive(delivered)
      }
    }
  }

  private func take(_ byte: UInt8, into channel: inout Channel) {
    count += 1
    if channel.output != nil { channel.pending.append(byte) }
    if channel.matcher?.take(byte) == true, match == nil {
      match = channel.place
      onMatch()
    }
  }

  /// Writes out what came since the last time.
  public func flush() throws(SessionError) {
    try flush(&com1)
    try flush(&debugcon)
    try tracer?.flush()
  }

  /// The same for a person who looks on, and wants to see what goes on; `isWaiting` says whether the guest
  /// does.
  public func show(isWaiting: Bool) throws(SessionError) {
    tracer?.settle(isWaiting: isWaiting)
    try flush()
  }

  /// Writes out all that there is, at the end of the run.
  public func finish() throws(SessionError) {
    tracer?.endRuns()
    try flush()
  }

  private func flush(_ channel: inout Channel) throws(SessionError) {
    guard let output = channel.output, let last = channel.pending.last else { return }
    do {
      try output.writeAll(channel.pending)
    } catch {
      throw .cannotWrite(channel.place, error as? Errno ?? .ioError)
    }
    if output == standardOutput { endsLine = last == UInt8(ascii: "\n") }
    channel.pending.removeAll(keepingCapacity: true)
  }
}
