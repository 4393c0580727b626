// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension Evidence {
  /// The return addresses that call frame information leads to, the innermost first; where it ends, frame
  /// pointers lead on. Empty if it says nothing of where the registers stand.
  func unwoundCallers() -> [VirtAddr] { unwind().callers }

  /// The registers of the code that `isInterrupted` recognises, by DWARF's numbers, nil where they are lost:
  /// what call frame information leads to through the handler of an interrupt. Nil if it does not.
  func registers(where isInterrupted: ([UInt64?]) -> Bool) -> [UInt64?]? {
    unwind(until: isInterrupted).found
  }

  /// The return addresses, up to the interrupted code that `isFound` recognises by its registers.
  private func unwind(
    until isFound: ([UInt64?]) -> Bool = { _ in false }
  ) -> (callers: [VirtAddr], found: [UInt64?]?) {
    var registers = dwarfRegisters
    // i386 and x86-64 number the stack pointer and the return address differently.
    let (stack, frame, back) =
      width == 8 ? (Registers.dwarfRSP, 6, Registers.dwarfRIP) : (4, 5, 8)
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
      case let isInterrupt = rules.isInterrupt(stackRegister: stack),
      new > old || isInterrupt
    {
      callers.append(VirtAddr(address))
      if isInterrupt && isFound(caller) { return (callers, caller) }
      registers = caller
      place = VirtAddr(isInterrupt ? address : address &- 1)
      seenSteps += 1
      // An interrupt's frame may lead to any stack, but not for ever.
      if isInterrupt && seenSteps > 1000 { break }
    }
    guard seenSteps > 0 else { return ([], nil) }
    return (callers + onward(from: registers[frame], above: registers[stack]), nil)
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

  /// The registers by DWARF's numbers; for 32-bit code: System V ABI, i386 supplement, table 2.14.
  private var dwarfRegisters: [UInt64?] {
    if width == 8 { return registers.dwarf }
    let r = registers
    return [
      r.rax, r.rcx, r.rdx, r.rbx, stackPointer.value, framePointer.value, r.rsi, r.rdi,
      r.nextInstruction.value,
    ].map { $0 & 0xffff_ffff }
  }
}
