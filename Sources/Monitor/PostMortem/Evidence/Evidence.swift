// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// All that a post-mortem looks at: the stopped guest, and what is known of its kernel.
struct Evidence {
  /// The registers at the end.
  var registers: Registers
  /// The last exceptions and interrupts that reached a handler, the oldest first.
  var deliveries: [PastDelivery]
  /// The interrupt controllers at the end.
  var controllers: InterruptControllers
  /// The guest's memory.
  var memory: GuestMemory
  /// What the kernel's file tells.
  var kernel: KernelFile

  /// The evidence of these parts.
  init(
    registers: Registers, deliveries: [PastDelivery], controllers: InterruptControllers,
    memory: GuestMemory, kernel: KernelFile
  ) {
    (self.registers, self.deliveries) = (registers, deliveries)
    (self.controllers, self.memory, self.kernel) = (controllers, memory, kernel)
  }

  /// The evidence that `machine` gives.
  init(of machine: Machine, _ kernel: KernelFile) {
    self.init(
      registers: machine.registers, deliveries: machine.pastDeliveries,
      controllers: machine.interruptControllers,
      memory: GuestMemory(
        walk: { machine.walk($0, for: $1) }, load: { machine.memory.load64($0) },
        linked: kernel.physical(of:)),
      kernel: kernel)
  }
}

extension Evidence {
  /// The bytes of a stack entry.
  var width: UInt64 { registers.mode == .long64 ? 8 : 4 }

  /// The linear address of the stack's top.
  var stackPointer: VirtAddr {
    if registers.mode == .long64 { return VirtAddr(registers.rsp) }
    let mask: UInt64 = registers.ss.flags.contains(.big) ? 0xffff_ffff : 0xffff
    return VirtAddr((registers.ss.base.value &+ (registers.rsp & mask)) & 0xffff_ffff)
  }

  /// The linear address of the frame that RBP points to, if it points to one.
  var framePointer: VirtAddr { VirtAddr(width == 8 ? registers.rbp : registers.rbp & 0xffff_ffff) }

  /// The value of a stack entry.
  func word(at address: VirtAddr) -> UInt64? { memory.value(at: address, width: width) }

  /// Whether code may be at `address`: as the file says, else if it is mapped.
  func isCode(_ address: VirtAddr) -> Bool {
    kernel.hasCode(at: address) ?? memory.isMapped(address)
  }

  /// The walk of `address` that ended in a page fault with `code`, made again.
  func walk(_ address: VirtAddr, _ code: PageFaultErrorCode, isFetch: Bool) -> PageWalk {
    let kind: PageAccess.Kind =
      code.contains(.write) ? .write : isFetch || code.contains(.fetch) ? .fetch : .read
    let privilege: PageAccess.Privilege =
      code.contains(.user)
      ? .user : .supervisor(ac: registers.rflags.contains(.alignmentCheck))
    return memory.walk(address, for: PageAccess(kind, as: privilege))
  }
}
