// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

// Which blocks of instructions are executed: told only if somebody watches, and in batches; what else is told
// has its place between them.
extension CPU {
  /// Has the engine note visits if they are watched.
  func noteVisitsIfNeeded() {
    let wanted = watched.contains(.visits)
    guard wanted || blocks != nil else { return }
    // Some events come in the middle of a block, and have to come behind the instruction before.
    let ofBlocks: Event.Categories = [
      .visits, .deliveries, .exceptions, .transfers, .waits,
    ]
    let isNoted = engine_note_visits(engine, wanted, !watched.subtracting(ofBlocks).isEmpty)
    precondition(isNoted, "no memory for the visits of blocks")
    blocks = wanted ? (blocks ?? [:]) : nil
  }

  /// Gives a translated block its number: the one that it had before, if it did.
  func translated(_ block: engine_block) -> UInt32 {
    let starts = UnsafeBufferPointer(start: block.starts, count: Int(block.instructions))
    let bytes = UnsafeBufferPointer(start: block.bytes, count: Int(block.length))
    let code = CodeBlock(
      address: VirtAddr(block.address), bits: block.bits, starts: Array(starts), bytes: Array(bytes)
    )
    if let number = blocks?[code] { return number }
    let number = UInt32(blocks?.count ?? 0)
    blocks?[code] = number
    board.emit(.translated(code, number: Int(number)))
    return number
  }

  /// Has what waits to be told go before other events.
  func orderEvents() {
    let waits = blocks != nil || tellsAccesses || tables != nil
    board.beforeEvent = waits ? { [unowned self] in tellWhatWaits() } : nil
  }

  private func tellWhatWaits() {
    finishAccess()
    engine_flush_visits(engine)
  }

  /// Tells of visits, the oldest first.
  func visited(_ visits: UnsafeBufferPointer<engine_visit>) {
    finishAccess()
    let batch = [Visit](unsafeUninitializedCapacity: visits.count) { buffer, count in
      for (place, visit) in visits.enumerated() {
        buffer.initializeElement(
          at: place, to: Visit(number: visit.block, change: visit.change, rsp: visit.rsp))
      }
      count = visits.count
    }
    board.emitBetween(.visited(batch))
  }

  /// Counts entries of translated code from 0 on; false if that cannot be done.
  func countEntries() -> Bool { engine_count_entries(engine) }

  /// How often the engine has entered translated code; blocks that are linked to each other need it once.
  var entries: UInt64 { engine_entries(engine) }

  /// Numbers begin at 0 again.
  func forgetBlocks() { blocks?.removeAll(keepingCapacity: true) }
}
