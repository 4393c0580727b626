// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// The trace of every instruction: a line each, from the visits of blocks.
///
/// All but an instruction's number is the same each time, so it is made once for each block.
struct InstructionTrace {
  /// The lines of a block, without their numbers.
  private struct Lines {
    var block: CodeBlock
    /// All of them; nil until they are needed, and while there are too many others.
    var text: [UInt8]?
    /// Where each ends.
    var ends: [Int32] = []
  }

  /// Makes a line, and what stands in front of its number.
  private let format: InstructionFormat
  private let buffer: TraceBuffer
  private var blocks: [Lines] = []
  private var number: RunningNumber
  /// The block that was entered last, and how many of its instructions are executed.
  private var last: (block: Int, executed: Int)?
  /// How many bytes the lines of all blocks have, and how many they may have.
  private var kept = 0
  private static let mostKept = 1 << 27

  init(_ format: InstructionFormat, to buffer: TraceBuffer) {
    self.format = format
    self.buffer = buffer
    number = RunningNumber(width: format.numberWidth)
  }

  /// Learns what a block is.
  mutating func learn(_ block: CodeBlock, number: Int) {
    if number < blocks.count {
      // Whatever had the number has been told by now, but for the last one.
      endVisit()
      kept -= blocks[number].text?.count ?? 0
      blocks[number] = Lines(block: block)
    } else {
      blocks.append(Lines(block: block))
    }
  }

  /// Takes visits. The last block is told when the next one is entered, or with `endVisit`.
  mutating func take(_ visits: [Visit]) {
    for visit in visits {
      if let block = visit.block {
        write()
        last = (block, blocks[block].block.count)
      } else if let (block, executed) = last {
        last = (block, executed + Int(visit.change))
      } else {
        number.move(to: UInt64(Int64(number.value) + Int64(visit.change)))
      }
    }
  }

  /// Something else is going to be told: the block that was entered last comes before it.
  mutating func endVisit() {
    write()
    last = nil
  }

  /// An exception or interrupt is next: of a fault, its instruction is told, too, though it is not executed.
  mutating func end(with cause: Interruption, at occasion: Occasion, telling event: String?) {
    let stopped = last.map { (blocks[$0.block].block, $0.executed) }
    endVisit()
    if let (block, executed) = stopped, cause.kind == .fault, executed >= 0, executed < block.count,
      block.address(of: executed) == occasion.instruction
    {
      writeFaulting(block, executed)
    }
    if let event, let line = format.line(of: event) { buffer.append(line) }
  }

  private mutating func writeFaulting(_ block: CodeBlock, _ instruction: Int) {
    var text = Array(format.start.description.utf8)
    text += [UInt8](unsafeUninitializedCapacity: RunningNumber.most) { place, count in
      guard let start = place.baseAddress else { return }
      count = number.write(to: start) - start
    }
    text += Array(format.line(of: block, instruction, faults: true).utf8)
    text.withUnsafeBufferPointer { buffer.append($0) }
  }

  @inline(__always)
  private mutating func write() {
    guard let (block, executed) = last, executed > 0 else { return }
    if blocks[block].text == nil { render(block) }
    let start = format.start
    blocks[block].text?.withUnsafeBufferPointer { text in
      guard let source = text.baseAddress else { return }
      let most = text.count + executed * (RunningNumber.most + start.utf8CodeUnitCount)
      var place = buffer.reserve(most)
      var begin = 0
      blocks[block].ends.withUnsafeBufferPointer { ends in
        for instruction in 0..<min(executed, ends.count) {
          place.update(from: start.utf8Start, count: start.utf8CodeUnitCount)
          place = number.writeAndAdvance(to: place + start.utf8CodeUnitCount)
          let end = Int(ends[instruction])
          place.update(from: source + begin, count: end - begin)
          place += end - begin
          begin = end
        }
      }
      buffer.commit(place)
    }
  }

  private mutating func render(_ number: Int) {
    if kept > Self.mostKept {
      for place in blocks.indices { blocks[place].text = nil }
      kept = 0
    }
    let block = blocks[number].block
    var text: [UInt8] = []
    var ends: [Int32] = []
    for instruction in 0..<block.count {
      text += format.line(of: block, instruction, faults: false).utf8
      ends.append(Int32(text.count))
    }
    kept += text.count
    (blocks[number].text, blocks[number].ends) = (text, ends)
  }
}
