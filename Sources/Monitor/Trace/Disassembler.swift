// SPDX-License-Identifier: GPL-2.0-or-later
import CCapstone
import Emu
import X86

/// Instructions as text; loads what it needs when the first one is asked for.
final class Disassembler {
  /// One for each width of code: nil in a place if there is none, and none at all before it is needed.
  private var engines: [UInt8: OpaquePointer?] = [:]

  deinit {
    for case let engine? in engines.values { disassembler_close(engine) }
  }

  /// `mov rax, qword ptr [rbx]`; nil without Capstone, or if it knows no instruction that begins so and
  /// is as long.
  func text(_ bytes: ArraySlice<UInt8>, at address: VirtAddr, bits: UInt8) -> String? {
    guard let engine = engine(bits) else { return nil }
    var text = [CChar](repeating: 0, count: 224)
    // SAFETY: the engine reads `count` bytes and writes no more than there is room for, a zero at its end.
    let length = bytes.withUnsafeBufferPointer { code in
      disassembler_text(engine, code.baseAddress, code.count, address.value, &text, text.count)
    }
    guard length == bytes.count else { return nil }
    return text.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private func engine(_ bits: UInt8) -> OpaquePointer? {
    if let known = engines[bits] { return known }
    let engine = disassembler_open(Int32(bits))
    engines[bits] = .some(engine)
    return engine
  }
}
