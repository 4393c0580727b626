// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Every instruction that was executed, in memory: the blocks that were entered, each with how often in a row.
///
/// A machine that is watched for visits tells it; what it tells in loops takes no more room than once round.
public struct ExecutionRecord: Sendable {
  /// A block, of which the first instructions were executed, so many times one after the other.
  public struct Run: Equatable, Sendable {
    /// The block's place in `blocks`.
    public var block: UInt32
    /// How many of its instructions, from the first on.
    public var executed: Int32
    /// How often.
    public var times: UInt32
  }

  /// The blocks.
  public private(set) var blocks: [CodeBlock] = []
  /// What was executed, the first first.
  public private(set) var runs: [Run] = []
  /// How many instructions that are.
  public private(set) var instructions: UInt64 = 0

  /// The places of blocks by the numbers that they have now.
  private var places: [UInt32] = []
  /// The visit that may still be corrected.
  private var last: (block: UInt32, executed: Int32)?

  /// Nothing was executed yet.
  public init() {}

  /// Takes what happened in the machine.
  public mutating func receive(_ event: Event) {
    switch event {
    case .translated(let block, let number):
      end()
      if number == places.count { places.append(0) }
      places[number] = UInt32(blocks.count)
      blocks.append(block)
    case .visited(let visits):
      for visit in visits { take(visit) }
    case .stopped: end()
    default: break
    }
  }

  @inline(__always)
  private mutating func take(_ visit: Visit) {
    if let number = visit.block {
      end()
      let place = places[number]
      last = (place, Int32(truncatingIfNeeded: blocks[Int(place)].count))
    } else {
      last?.executed += visit.change
    }
  }

  /// Takes the last visit as it is: nothing more will be said of it.
  public mutating func end() {
    guard let (block, executed) = last else { return }
    last = nil
    guard executed > 0 else { return }
    instructions += UInt64(executed)
    let end = runs.count - 1
    if end >= 0, runs[end].block == block, runs[end].executed == executed,
      runs[end].times < .max
    {
      runs[end].times += 1
    } else {
      runs.append(Run(block: block, executed: executed, times: 1))
    }
  }

  /// Calls `body` with the address of each instruction, in their order.
  public func forEach(_ body: (VirtAddr) -> Void) {
    for run in runs {
      for _ in 0..<run.times {
        for number in 0..<Int(run.executed) { body(blocks[Int(run.block)].address(of: number)) }
      }
    }
  }
}
