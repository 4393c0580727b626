// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The way from an interruption to its handler, with nothing left that can fail: what is written to
/// memory, and the registers afterwards.
public struct DeliveryPlan: Equatable, Sendable {
  /// What is delivered.
  public let event: Interruption
  /// The IDT's entry, of which real mode has only selector and offset.
  public let gate: GateDescriptor
  /// Where the entry lies.
  public let gateAddress: VirtAddr
  /// The privilege before.
  public let oldPrivilege: UInt8
  /// The handler's privilege.
  public let newPrivilege: UInt8
  /// Where the handler's stack comes from.
  public let stack: Stack
  /// What is pushed.
  public let frame: InterruptFrame
  /// CS of the handler.
  public let cs: Registers.Segment
  /// SS of the handler.
  public let ss: Registers.Segment
  /// The handler's first instruction, an offset in CS.
  public let rip: UInt64
  /// The stack pointer below the frame.
  public let rsp: UInt64
  /// The handler's flags.
  public let rflags: RFLAGS
  /// Whether ES, DS, FS and GS become null, as on the way out of virtual-8086 mode.
  public let clearsDataSegments: Bool
  /// CR2 to be set, if a page fault was raised on the way to this event.
  public internal(set) var cr2: VirtAddr?

  /// Descriptors whose accessed bit is to be set.
  public let accessed: [AccessedDescriptor]
  /// Pages that the processor has not used yet, where A or D may have to be set.
  public let touched: [PageTouch]
  /// Where the frame's pages are.
  let pages: FramePages
  /// The task switch, out of the way.
  var far: FarTaskSwitch?

  /// The task switch of a task gate, whose outcome stands in the other properties as well.
  public var task: TaskSwitch? { far?.value }

  /// Where the handler's stack comes from.
  public enum Stack: Equatable, Sendable {
    /// The stack that the program used.
    case current
    /// The TSS's stack for this privilege.
    case task(UInt8)
    /// The stack of the TSS's interrupt stack table with this index.
    case interrupt(UInt8)
    /// The stack of the task that a task gate leads to.
    case newTask
  }

  /// A descriptor that is loaded, and was not marked so.
  public struct AccessedDescriptor: Equatable, Sendable {
    /// The linear address of its access byte.
    public let address: VirtAddr
    /// The physical address of it.
    public let physical: PhysAddr
  }

  /// One write: up to eight bytes, little-endian, that lie in one page.
  struct Write: Equatable, Sendable {
    let physical: PhysAddr
    let value: UInt64
    let bytes: UInt64
  }

  /// Where a frame of 64-bit values begins, if it lies in one page; most do.
  var whole64BitFrame: PhysAddr? {
    guard frame.width == 8, let page = pages.only else { return nil }
    return PhysAddr(page << 12 | frame.bottom & 0xfff)
  }

  /// Calls `body` for everything that is pushed, in order, values that cross a page in two pieces.
  @inline(__always)
  func forEachWrite(_ body: (Write) -> Void) {
    if let far {
      far.value.writes.forEach(body)
      return
    }
    for number in 0..<frame.count {
      let address = frame.address(of: number)
      let value = frame[number]
      let left = 0x1000 - (address.value & 0xfff)
      let physical = pages.physical(of: address)
      if left >= frame.width {
        body(Write(physical: physical, value: value, bytes: frame.width))
      } else {
        body(Write(physical: physical, value: value & (1 << (left * 8) - 1), bytes: left))
        let next = VirtAddr((address.value &+ left) & frame.addressMask)
        body(
          Write(
            physical: pages.physical(of: next), value: value >> (left * 8),
            bytes: frame.width - left))
      }
    }
  }

  /// Changes `registers` from those before the event to those of the handler.
  func apply(to registers: inout Registers) {
    if let far { registers = far.value.registers }
    registers.cs = cs
    registers.ss = ss
    registers.rip = rip
    registers.rsp = rsp
    registers.rflags = rflags
    if let cr2 { registers.cr2 = cr2 }
    if clearsDataSegments {
      registers.es = .null(privilege: 0)
      registers.ds = registers.es
      registers.fs = registers.es
      registers.gs = registers.es
    }
  }
}

/// The pages that a frame lies in: two at most at each end of a stack segment that wraps around.
struct FramePages: Equatable, Sendable {
  private var linear: InlineArray<4, UInt64> = [0, 0, 0, 0]
  private var frames: InlineArray<4, UInt64> = [0, 0, 0, 0]
  private var count = 0

  /// Whether the page of `address` is among them.
  @inline(__always)
  func contains(_ address: VirtAddr) -> Bool {
    for number in 0..<count where linear[number] == address.value >> 12 { return true }
    return false
  }

  mutating func append(_ address: VirtAddr, at physical: PhysAddr) {
    linear[count] = address.value >> 12
    frames[count] = physical.value >> 12
    count += 1
  }

  /// The number of the frame of the page, if there is only one.
  var only: UInt64? { count == 1 ? frames[0] : nil }

  /// The physical address of `address`, whose page is among them.
  func physical(of address: VirtAddr) -> PhysAddr {
    for number in 0..<count where linear[number] == address.value >> 12 {
      return PhysAddr(frames[number] << 12 | address.value & 0xfff)
    }
    preconditionFailure("an address of no page of the frame")
  }

  static func == (a: FramePages, b: FramePages) -> Bool {
    a.count == b.count
      && (0..<a.count).allSatisfy { a.linear[$0] == b.linear[$0] && a.frames[$0] == b.frames[$0] }
  }
}

extension Registers.Segment {
  /// What a segment register holds when it selects nothing.
  ///
  /// In 64-bit mode SS may, with RPL and hidden DPL both `privilege`
  /// (Intel SDM Vol. 3A §6.14.4 "Stack Switching in IA-32e Mode").
  static func null(privilege: UInt8) -> Registers.Segment {
    Registers.Segment(
      selector: UInt16(privilege), base: VirtAddr(0), limit: 0, access: .privilege(privilege),
      flags: [])
  }
}
