// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// Code that was assembled for another mode than the processor is in.
enum WrongMode {
  static func diagnose(_ fault: FaultCase) -> Finding? {
    switch fault.evidence.registers.mode {
    case .protected32, .compatibility32: code64(fault)
    case .long64: code32(fault)
    default: nil
    }
  }

  // MARK: - 64-bit code

  private static func code64(_ fault: FaultCase) -> Finding? {
    guard fault.exception != nil, looksLike64BitCode(fault) else { return nil }
    let function = fault.kernel.place(of: fault.fault.rip)?.symbol ?? "the code at \(fault.place)"
    if fault.evidence.registers.mode == .compatibility32 {
      let selector = fault.evidence.registers.cs.selector
      return Finding(
        .code64InCompatibilityMode,
        cause:
          "\(function) is 64-bit code, and the processor runs it in 32-bit compatibility mode: long mode is "
          + "on (EFER.LMA is 1), but the L bit of the code segment in CS, \(hex(selector)), is 0.",
        lookFirst: "GDT entry \(selector >> 3): a 64-bit code segment has L = 1 and D = 0, as in "
          + "0x00209a0000000000, and the far jump has to load it")
    }
    return Finding(
      .code64In32BitMode,
      cause:
        "\(function) is 64-bit code, and the processor runs it in 32-bit protected mode, in which a REX "
        + "prefix is an INC or DEC: a multiboot loader enters every kernel in 32-bit mode, ELF64 or not.",
      lookFirst:
        "the kernel's entry: it has to be 32-bit code (.code32) that switches to long mode, and only "
        + "then jumps to \(function)")
  }

  /// Whether REX.W prefixes stand before the instructions that compilers put them before, where DEC EAX
  /// would make no sense (Intel SDM Vol. 2A §2.2.1 "REX Prefixes").
  private static func looksLike64BitCode(_ fault: FaultCase) -> Bool {
    let rip = fault.fault.rip
    let offset = min(fault.kernel.place(of: rip)?.offset ?? 0, 256)
    let code = fault.evidence.memory.bytes(Int(offset) + 16, at: VirtAddr(rip.value &- offset))
    // swift-format-ignore
    let followers: Set<UInt8> = [
      0x89, 0x8b, 0x8d, 0x83, 0x81, 0xc7, 0x31, 0x01, 0x29, 0x39, 0x85, 0xff, 0x63, 0x0f, 0xb8, 0xbf,
      0xbe, 0xa1, 0xa3, 0xcf, 0xc1,
    ]
    let prefixed = zip(code, code.dropFirst()).filter {
      $0 & 0xf8 == 0x48 && followers.contains($1)
    }
    return prefixed.count >= 2 || (prefixed.count == 1 && fault.kernel.machine == .x86_64)
  }

  // MARK: - 32-bit code

  /// Opcodes that 64-bit mode does not have (Intel SDM Vol. 2D Appendix A, superscript i64).
  // swift-format-ignore
  private static let gone: [UInt8: String] = [
    0x06: "push es", 0x07: "pop es", 0x0e: "push cs", 0x16: "push ss", 0x17: "pop ss", 0x1e: "push ds",
    0x1f: "pop ds", 0x27: "daa", 0x2f: "das", 0x37: "aaa", 0x3f: "aas", 0x60: "pusha", 0x61: "popa",
    0x82: "an old form of add", 0x9a: "a far call to an address in the instruction", 0xce: "into",
    0xd4: "aam", 0xd5: "aad", 0xd6: "salc", 0xea: "a far jump to an address in the instruction",
  ]

  private static func code32(_ fault: FaultCase) -> Finding? {
    guard fault.exception == .invalidOpcode, let opcode = fault.code(1).first,
      let name = gone[opcode], fault.evidence.isCode(fault.fault.rip)
    else { return nil }
    let isOld = fault.kernel.machine == .i386
    return Finding(
      .code32In64BitMode,
      cause: "\(fault.place) is 32-bit code, and the processor runs it in 64-bit mode: its byte "
        + "\(hex(opcode)) is `\(name)`, which 64-bit mode does not have.",
      lookFirst:
        "how \(fault.place) was assembled: what runs behind the jump to 64-bit mode has to be 64-bit "
        + "code (.code64, -m64)"
        + (isOld ? "; this file is a 32-bit one (ELF for i386)" : ""))
  }
}
