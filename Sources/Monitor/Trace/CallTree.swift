// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Calls and ways back, from the visits of blocks: a fold, which tells each step.
///
/// What a RET returns from is found by the stack: a call's frame lies where its return address was pushed, and a
/// RET that pops from there, to that address, ends it and whatever was called since. So it does not matter how many
/// calls never return, or return twice, and a RET that pops something else is the jump that it is.
///
/// Stacks that are switched each have frames of their own: a RET or IRET that matches none of those in use, and
/// matches one of a stack that was left, goes on there; one that pops above all frames in use begins a new stack.
struct CallTree {
  /// What was called, or interrupted, and has not come back.
  struct Frame: Equatable {
    let kind: Kind
    /// Its first instruction.
    let entry: VirtAddr
    /// Where it goes back to.
    let back: VirtAddr
    /// RSP on entry: where the return address lies, or the frame of an interrupt.
    let slot: UInt64
    /// RSP behind the way back, of an interrupt; else not used.
    let resumed: UInt64
    /// The instructions executed before.
    let began: UInt64
  }

  /// Why there is a frame.
  enum Kind: Equatable {
    case call
    case systemCall
    case interrupt(String)
  }

  /// Something to tell.
  enum Step: Equatable {
    /// A frame begins, called or interrupted at the address; the frame's depth is 0 or more.
    case enter(Frame, from: VirtAddr, depth: Int)
    /// It ends after so many instructions.
    case leave(Frame, Ending, executed: UInt64, depth: Int)
    /// What is at this depth has become other code, by a jump.
    case jump(to: VirtAddr, from: VirtAddr, depth: Int)
    /// Another stack is in use, with so many frames.
    case stack(at: VirtAddr, depth: Int)
  }

  /// How a frame ends.
  enum Ending: Equatable {
    /// By RET, IRET or SYSRET.
    case returned
    /// With what it was called from.
    case abandoned
  }

  /// What is known of a block.
  private struct Place {
    let first, last, next: VirtAddr
    let count: Int
    let transfer: ControlTransfer
  }

  private var places: [Place] = []
  private(set) var frames: [Frame] = []
  private var others: [[Frame]] = []
  /// The stacks that are remembered at most.
  private static let mostOthers = 256
  private static let mostFrames = 1 << 16

  /// The instructions executed before the block that was entered last, that block, and how many of its own are.
  private(set) var executed: UInt64 = 0
  private var last: (place: Int, executed: Int)?
  /// A delivery whose handler will be the next block.
  private var delivery: (title: String, back: VirtAddr, resumed: UInt64)?

  /// Whether the address is the beginning of something that has a name, and not where the other one is.
  private let begins: (_ address: VirtAddr, _ from: VirtAddr) -> Bool

  init(begins: @escaping (_ address: VirtAddr, _ from: VirtAddr) -> Bool) { self.begins = begins }

  /// Learns what a block is.
  mutating func learn(_ block: CodeBlock, number: Int) {
    let end = block.count - 1
    let place = Place(
      first: block.address, last: block.address(of: max(0, end)), next: block.address(of: end + 1),
      count: block.count,
      transfer: end < 0
        ? .none : ControlTransfer(block.bytes(of: end), is64Bit: block.bits == 64))
    if number < places.count {
      settle()
      places[number] = place
    } else {
      places.append(place)
    }
  }

  /// Takes visits.
  mutating func take(_ visits: [Visit], _ tell: (UInt64, Step) -> Void) {
    for visit in visits {
      guard let number = visit.block else {
        if let (place, done) = last {
          last = (place, done + Int(visit.change))
        } else {
          executed = UInt64(Int64(executed) + Int64(visit.change))
        }
        continue
      }
      let place = places[number]
      begin(at: place.first, visit.rsp, tell)
      last = (number, place.count)
    }
  }

  /// Takes a delivery that the next block is the handler of.
  mutating func take(_ delivered: Delivered, _ tell: (UInt64, Step) -> Void) {
    let frame = delivered.plan.frame
    let rsp = frame.value(.stackPointer) ?? frame.top
    // What comes between two instructions may come behind a CALL or RET.
    begin(at: delivered.rip, rsp, tell)
    delivery = (delivered.plan.event.title(line: delivered.line), delivered.rip, rsp)
  }

  /// The instruction at `address` is the next one.
  @inline(__always)
  private mutating func begin(
    at address: VirtAddr, _ rsp: UInt64, _ tell: (UInt64, Step) -> Void
  ) {
    if delivery != nil { enterHandler(at: address, rsp, tell) }
    guard let (old, done) = last else { return }
    executed += UInt64(max(0, done))
    last = nil
    let from = places[old]
    if from.transfer != .none && done == from.count { arrive(at: address, from, rsp, tell) }
  }

  private mutating func enterHandler(
    at address: VirtAddr, _ rsp: UInt64, _ tell: (UInt64, Step) -> Void
  ) {
    guard let delivery else { return }
    self.delivery = nil
    let frame = Frame(
      kind: .interrupt(delivery.title), entry: address, back: delivery.back, slot: rsp,
      resumed: delivery.resumed, began: executed)
    push(frame, from: delivery.back, tell)
  }

  /// The block that was entered last is done, as far as it will be.
  private mutating func settle() {
    executed += UInt64(max(0, last?.executed ?? 0))
    last = nil
  }

  // MARK: - Ways

  private mutating func arrive(
    at address: VirtAddr, _ from: Place, _ rsp: UInt64, _ tell: (UInt64, Step) -> Void
  ) {
    switch from.transfer {
    case .none, .interrupt: break
    case .call:
      // CALL of the next instruction, and POP: a way to find out RIP.
      if address == from.next { break }
      dropDead(below: rsp, tell)
      push(frame(.call, address, from, rsp), from: from.last, tell)
    case .systemCall:
      push(frame(.systemCall, address, from, rsp), from: from.last, tell)
    case .return(let released): comeBack(to: address, from, rsp, released, tell)
    case .interruptReturn: resume(address, from, rsp, tell)
    case .systemReturn:
      if let index = frames.lastIndex(where: { $0.kind == .systemCall && $0.back == address }) {
        pop(to: index, tell)
      } else {
        jump(to: address, from, tell)
      }
    case .jump: jump(to: address, from, tell)
    }
  }

  private func frame(_ kind: Kind, _ entry: VirtAddr, _ from: Place, _ rsp: UInt64) -> Frame {
    Frame(kind: kind, entry: entry, back: from.next, slot: rsp, resumed: 0, began: executed)
  }

  /// RET. RSP is behind what it popped.
  private mutating func comeBack(
    to address: VirtAddr, _ from: Place, _ rsp: UInt64, _ released: UInt64,
    _ tell: (UInt64, Step) -> Void
  ) {
    if let index = Self.match(frames, address, rsp, released) { return pop(to: index, tell) }
    if let other = others.lastIndex(where: { Self.match($0, address, rsp, released) != nil }) {
      use(other, at: address, tell)
      if let index = Self.match(frames, address, rsp, released) { pop(to: index, tell) }
      return
    }
    let own = ownFrames
    if let bottom = own.first, rsp > bottom.slot &+ released &+ 16, own.count == frames.count {
      // Above all that is in use: another stack, and nobody has been there.
      leaveStack()
      return tell(executed, .stack(at: address, depth: 0))
    }
    // Its return address was changed, or it is a jump of what was pushed for it.
    if let index = own.firstIndex(where: { $0.slot < rsp }) { pop(to: index, tell) }
    jump(to: address, from, tell)
  }

  /// IRET.
  private mutating func resume(
    _ address: VirtAddr, _ from: Place, _ rsp: UInt64, _ tell: (UInt64, Step) -> Void
  ) {
    func matches(_ frame: Frame) -> Bool {
      guard case .interrupt = frame.kind else { return false }
      return frame.resumed == rsp
    }
    if let index = frames.lastIndex(where: matches) { return pop(to: index, tell) }
    if let other = others.lastIndex(where: { $0.contains(where: matches) }) {
      use(other, at: address, tell)
      if let index = frames.lastIndex(where: matches) { pop(to: index, tell) }
      return
    }
    let isHandler = frames.contains { if case .interrupt = $0.kind { true } else { false } }
    guard isHandler else { return jump(to: address, from, tell) }
    leaveStack()
    tell(executed, .stack(at: address, depth: 0))
  }

  private mutating func jump(to address: VirtAddr, _ from: Place, _ tell: (UInt64, Step) -> Void) {
    if begins(address, from.last) {
      tell(executed, .jump(to: address, from: from.last, depth: frames.count))
    }
  }

  // MARK: - Frames

  /// Those of the innermost interrupt and all above.
  private var ownFrames: ArraySlice<Frame> {
    let interrupt = frames.lastIndex { $0.kind != .call }
    return frames[(interrupt.map { $0 + 1 } ?? 0)...]
  }

  /// The frame that a RET to `address` ends, if RSP behind it is `rsp`: a near one has popped 2 to 8 bytes, a
  /// far one up to four values.
  private static func match(
    _ frames: [Frame], _ address: VirtAddr, _ rsp: UInt64, _ released: UInt64
  ) -> Int? {
    frames.lastIndex { frame in
      frame.kind == .call && frame.back == address && frame.slot < rsp
        && rsp - frame.slot - 1 < 32 &+ released
    }
  }

  private mutating func push(
    _ frame: Frame, from: VirtAddr, _ tell: (UInt64, Step) -> Void
  ) {
    // Calls that never come back, without a stack that says so: the oldest are of no use any more.
    if frames.count >= Self.mostFrames { frames.removeFirst(Self.mostFrames / 2) }
    tell(executed, .enter(frame, from: from, depth: frames.count))
    frames.append(frame)
  }

  /// Ends the frame at `index`, and abandons all above.
  private mutating func pop(
    to index: Int, as ending: Ending = .returned, _ tell: (UInt64, Step) -> Void
  ) {
    while frames.count > index, let frame = frames.popLast() {
      tell(
        executed,
        .leave(
          frame, frames.count == index ? ending : .abandoned,
          executed: executed - frame.began, depth: frames.count))
    }
  }

  /// Ends frames that the stack pointer has gone past, though no RET has: if one of the same stack is left.
  private mutating func dropDead(below rsp: UInt64, _ tell: (UInt64, Step) -> Void) {
    let own = ownFrames
    guard let alive = own.lastIndex(where: { $0.slot > rsp }) else { return }
    pop(to: alive + 1, as: .abandoned, tell)
  }

  private mutating func use(_ other: Int, at address: VirtAddr, _ tell: (UInt64, Step) -> Void) {
    let found = others.remove(at: other)
    leaveStack()
    frames = found
    tell(executed, .stack(at: address, depth: frames.count))
  }

  private mutating func leaveStack() {
    if !frames.isEmpty { others.append(frames) }
    if others.count > Self.mostOthers { others.removeFirst() }
    frames = []
  }
}
