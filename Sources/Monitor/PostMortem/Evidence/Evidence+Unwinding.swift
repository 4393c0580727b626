// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension Evidence {
  /// The return addresses that call frame information leads to, the innermost first; where it ends, frame
  /// pointers lead on. Empty if it says nothing of where the registers stand.
  func unwoundCallers() -> [VirtAddr] {
    var registers = dwarfRegisters
    // i386 and x86-64 number the stack pointer and the return address differently.
    let (stack, frame, back) = width == 8 ? (7, 6, 16) : (4, 5, 8)
    var callers: [VirtAddr] = []
    var seenSteps = 0
    // A return address belongs to the CALL before it; an interrupted instruction to itself.
    var place = self.registers.nextInstruction
    if !isCode(place), let top = word(at: stackPointer), isReturnAddress(VirtAddr(top)) {
      // A call to what is no code: the return address is still on top.
      callers.append(VirtAddr(top))
      registers[stack] = stackPointer.value &+ width
      place = VirtAddr(top &- 1)
    }
    while callers.count < Backtrace.limit, let rules = kernel.frame(of: place),
      let caller = rules.caller(of: registers, stackRegister: stack, word: word),
      let address = caller[back], address != 0, isCode(VirtAddr(address &- 1)),
      let old = registers[stack], let new = caller[stack],
      // A stack that does not shrink is none, but for a function that was left for another stack.
      new > old || rules.isInterrupt
    {
      callers.append(VirtAddr(address))
      registers = caller
      place = VirtAddr(rules.isInterrupt ? address : address &- 1)
      seenSteps += 1
      // An interrupt's frame may lead to any stack, but not for ever.
      if rules.isInterrupt && seenSteps > 1000 { break }
    }
    guard seenSteps > 0 else { return [] }
    return callers + onward(from: registers[frame], above: registers[stack])
  }

  /// Callers by frame pointers, from where call frame information ended.
  private func onward(from frame: UInt64?, above stack: UInt64?) -> [VirtAddr] {
    guard var frame, let stack else { return [] }
    var chain: [VirtAddr] = []
    while frame >= stack, frame % width == 0, chain.count < Backtrace.limit,
      let next = word(at: VirtAddr(frame)), let back = word(at: VirtAddr(frame &+ width)),
      isReturnAddress(VirtAddr(back))
    {
      chain.append(VirtAddr(back))
      guard next > frame else { break }
      frame = next
    }
    return chain
  }

  /// The registers by DWARF's numbers: System V ABI, AMD64 supplement, figure 3.36; i386 supplement,
  /// table 2.14.
  private var dwarfRegisters: [UInt64?] {
    let r = registers
    let rip = r.nextInstruction.value
    if width == 8 {
      return [
        r.rax, r.rdx, r.rcx, r.rbx, r.rsi, r.rdi, r.rbp, r.rsp,
        r.r8, r.r9, r.r10, r.r11, r.r12, r.r13, r.r14, r.r15, rip,
      ]
    }
    return [
      r.rax, r.rcx, r.rdx, r.rbx, stackPointer.value, framePointer.value, r.rsi, r.rdi, rip,
    ].map { $0 & 0xffff_ffff }
  }
}
