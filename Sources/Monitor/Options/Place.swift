// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

/// A linear address as a person names it: a number, a symbol or a register.
public enum Place: Equatable, Sendable {
  case address(VirtAddr)
  /// A symbol's address and so many bytes more.
  case symbol(String, offset: UInt64)
  /// What is in a register.
  case register(Register)

  /// The registers whose addresses are worth a walk.
  public enum Register: String, Sendable {
    case rip, rsp, cr2
  }

  /// Reads `0x1000`, `name`, `name+0x12`, or `rip`, `rsp` or `cr2`.
  public init(_ text: String) throws(OptionError) {
    guard let first = text.first else { throw .empty }
    if first.isNumber {
      self = .address(VirtAddr(try Quantity.number(text)))
      return
    }
    if let register = Register(rawValue: text) {
      self = .register(register)
      return
    }
    // A demangled name may have a plus of its own.
    if let plus = text.lastIndex(of: "+"), plus > text.startIndex,
      let offset = try? Quantity.number(text[text.index(after: plus)...])
    {
      self = .symbol(String(text[..<plus]), offset: offset)
    } else {
      self = .symbol(text, offset: 0)
    }
  }
}

extension Place: CustomStringConvertible {
  /// As it was written.
  public var description: String {
    switch self {
    case .address(let address): address.text
    case .register(let register): register.rawValue
    case .symbol(let name, let offset): offset == 0 ? name : "\(name)+\(hex(offset))"
    }
  }
}
