// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Who called whom, the innermost first, as far as the stack tells.
struct Backtrace: Equatable, Sendable {
  /// How the callers were found.
  enum Method: Equatable, Sendable {
    /// By the call frame information that the compiler has written: the chain is certain, and goes
    /// through interrupts; where it ends, frame pointers may have led on.
    case callFrames
    /// Each function has pushed RBP and made it point there: the chain is certain.
    case framePointers
    /// What lies on the stack, is code, and has a CALL before it: some may be left from earlier calls.
    case guess
  }

  /// Where execution stood, and then the return addresses.
  var addresses: [VirtAddr]
  /// How all but the first were found.
  var method: Method

  /// The most frames that are followed: a stack of 64 MiB with the smallest frames.
  static let limit = 4 << 20
  /// The bytes of stack that are looked through for return addresses.
  static let scanned: UInt64 = 4 << 20
}

extension Evidence {
  /// The calls that led to where the registers stand.
  func backtrace() -> Backtrace {
    // One frame at least has to be RBP's own, or the function before may have used it for something else.
    let start = [registers.nextInstruction]
    let unwound = unwoundCallers()
    if !unwound.isEmpty { return Backtrace(addresses: start + unwound, method: .callFrames) }
    let chain = framePointerChain()
    if !chain.isEmpty { return Backtrace(addresses: start + chain, method: .framePointers) }
    return Backtrace(addresses: start + returnAddresses(), method: .guess)
  }

  private func framePointerChain() -> [VirtAddr] {
    var chain: [VirtAddr] = []
    var frame = framePointer
    // The frame pointer of a function whose stack is used up points above the stack pointer.
    while frame >= stackPointer, frame.value % width == 0, chain.count < Backtrace.limit,
      let next = word(at: frame), let back = word(at: VirtAddr(frame.value &+ width)),
      isReturnAddress(VirtAddr(back))
    {
      chain.append(VirtAddr(back))
      guard next > frame.value else { break }
      frame = VirtAddr(next)
    }
    guard !chain.isEmpty, let caller = callerBeforePrologue() else { return chain }
    return [caller] + chain
  }

  /// The return address while it is still on top: behind a CALL to what is no code, and in a function
  /// that has not made RBP its own yet.
  private func callerBeforePrologue() -> VirtAddr? {
    let rip = registers.nextInstruction
    let depth: UInt64
    if !isCode(rip) || !memory.isMapped(rip) {
      depth = 0
    } else {
      guard let offset = kernel.place(of: rip)?.offset else { return nil }
      // ENDBR64 (F3 0F 1E FA) may come first, then PUSH RBP (55).
      switch (offset, memory.byte(at: VirtAddr(rip.value &- 1))) {
      case (0, _), (4, 0xfa): depth = 0
      case (1, 0x55), (5, 0x55): depth = 1
      default: return nil
      }
    }
    let place = VirtAddr(stackPointer.value &+ depth * width)
    guard let back = word(at: place), isReturnAddress(VirtAddr(back)) else { return nil }
    return VirtAddr(back)
  }

  /// What lies on the stack and could be a return address, from the top.
  private func returnAddresses() -> [VirtAddr] {
    var found: [VirtAddr] = []
    var place = VirtAddr((stackPointer.value &+ width &- 1) & ~(width - 1))
    // The top of an overflowed stack is not mapped; what is below it is.
    if !memory.isMapped(place) { place = VirtAddr((place.value | 0xfff) &+ 1) }
    let (limit, overflow) = place.value.addingReportingOverflow(Backtrace.scanned)
    // A stack that the kernel's file has room for ends where its section does.
    let section = kernel.section(of: place)
    let end = min(overflow ? .max : limit, section.map { $0.address.value &+ $0.size } ?? .max)
    while place.value < end, let value = word(at: place) {
      if isReturnAddress(VirtAddr(value)) { found.append(VirtAddr(value)) }
      place = VirtAddr(place.value &+ width)
    }
    return found
  }

  /// Whether a CALL could have pushed `address`: there is code, and a CALL before it.
  ///
  /// Intel SDM Vol. 2A, CALL: E8 with a 32-bit distance; FF /2 with ModR/M of 2, 3, 6 or 7 bytes.
  func isReturnAddress(_ address: VirtAddr) -> Bool {
    guard address.value >= 16, isCode(VirtAddr(address.value - 1)) else { return false }
    let code = memory.bytes(7, at: VirtAddr(address.value - 7))
    guard code.count == 7 else { return false }
    if code[2] == 0xe8 { return true }
    return [(5, 2), (4, 3), (1, 6), (0, 7)].contains { start, _ in
      code[start] == 0xff && code[start + 1] >> 3 & 7 == 2
    }
  }
}

extension Backtrace {
  /// The function that stands most often in a backtrace of many calls, and how often; nil if none is
  /// there more than a few times.
  func recursion(_ kernel: KernelFile) -> (name: String, at: VirtAddr, count: Int)? {
    var counts: [VirtAddr: Int] = [:]
    for address in addresses { counts[address, default: 0] += 1 }
    // By function, since it may call itself from several places.
    var functions: [String: (at: VirtAddr, count: Int)] = [:]
    for (address, count) in counts where count > 2 {
      let name = kernel.place(ofReturnAddress: address)?.symbol ?? address.text
      let known = functions[name] ?? (address, 0)
      functions[name] = (min(known.at, address), known.count + count)
    }
    let most = functions.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let most, most.value.count >= 8 else { return nil }
    return (most.key, most.value.at, most.value.count)
  }
}
