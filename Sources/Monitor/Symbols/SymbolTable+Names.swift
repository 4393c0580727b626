// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import X86

extension SymbolTable {
  /// Why a name stands for no address.
  public enum NameError: Error, Equatable, CustomStringConvertible {
    /// No symbol is called so.
    case unknown(String)
    /// Several are, at different addresses; some of them in full.
    case ambiguous(String, [String])

    /// One sentence for people.
    public var description: String {
      switch self {
      case .unknown(let name): "the kernel has no symbol \(name)"
      case .ambiguous(let name, let names):
        "\(name) may be \(names.joined(separator: ", or "))"
      }
    }
  }

  /// The address of the symbol with this name: as the linker has it, as it is shown, or, if that is
  /// enough to know it, a function's last name without its parameters.
  public func address(of name: String) throws(NameError) -> VirtAddr {
    var shown: [(name: String, address: VirtAddr)] = []
    for (raw, symbol) in names {
      let address = symbol.address
      if raw == name { return address }
      shown.append((demangled(raw) ?? raw, address))
    }
    if let exact = shown.first(where: { $0.name == name }) { return exact.address }
    let matches = shown.filter { Self.lastName(of: $0.name) == name }
    guard let first = matches.first else { throw .unknown(name) }
    guard matches.allSatisfy({ $0.address == first.address }) else {
      throw .ambiguous(name, matches.prefix(4).map(\.name))
    }
    return first.address
  }

  /// `scroll` of `Kernel.Screen.scroll() -> ()` and of `kernel::screen::scroll`.
  private static func lastName(of shown: String) -> Substring {
    let name = shown.prefix { $0 != "(" && $0 != " " }
    return name.lastIndex { $0 == "." || $0 == ":" }.map { name[name.index(after: $0)...] } ?? name
  }
}
