// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What can be said to the shell.
enum Command: Equatable {
  case nothing
  case help
  case mem
  case frames
  case map(VirtAddr?)
  case walk(VirtAddr)
  case heap
  case ticks
  case fault(FaultDemo?)
  case reboot
  case wrong(Mistake)

  /// What is wrong with a line.
  enum Mistake: Equatable {
    /// There is no such command.
    case unknown
    /// It wants an address, and that is none.
    case noAddress
    /// There is no such fault.
    case noFault
    /// It is longer than the command.
    case tooMuch
  }

  /// The command on `line`.
  init(_ line: UnsafeRawBufferPointer) {
    var rest = line[...]
    guard let name = rest.popWord() else {
      self = .nothing
      return
    }
    self = Self.parse(name, rest.popWord())
    if self != .wrong(.unknown), rest.popWord() != nil { self = .wrong(.tooMuch) }
  }

  private static func parse(
    _ name: Slice<UnsafeRawBufferPointer>, _ argument: Slice<UnsafeRawBufferPointer>?
  ) -> Command {
    if name.elementsEqual("map") {
      guard let argument else { return .map(nil) }
      return address(argument).map { .map($0) } ?? .wrong(.noAddress)
    }
    if name.elementsEqual("walk") {
      return argument.flatMap(address).map { .walk($0) } ?? .wrong(.noAddress)
    }
    if name.elementsEqual("fault") {
      guard let argument else { return .fault(nil) }
      for fault in FaultDemo.allCases where argument.elementsEqual(fault.name) {
        return .fault(fault)
      }
      return .wrong(.noFault)
    }
    guard let simple = simple(name) else { return .wrong(.unknown) }
    return argument == nil ? simple : .wrong(.tooMuch)
  }

  private static func simple(_ name: Slice<UnsafeRawBufferPointer>) -> Command? {
    if name.elementsEqual("help") { return .help }
    if name.elementsEqual("mem") { return .mem }
    if name.elementsEqual("frames") { return .frames }
    if name.elementsEqual("heap") { return .heap }
    if name.elementsEqual("ticks") { return .ticks }
    if name.elementsEqual("reboot") { return .reboot }
    return nil
  }

  /// The canonical address that `word` says in hexadecimal, 0x in front or not.
  private static func address(_ word: Slice<UnsafeRawBufferPointer>) -> VirtAddr? {
    let digits = word.starts(with: "0x") ? word.dropFirst(2) : word
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt64(byte - 0x30)  // "0"..."9"
      case 0x61...0x66: value = value << 4 | UInt64(byte - 0x61 + 10)  // "a"..."f"
      case 0x41...0x46: value = value << 4 | UInt64(byte - 0x41 + 10)  // "A"..."F"
      default: return nil
      }
    }
    let address = VirtAddr(value)
    return address.isCanonical ? address : nil
  }
}
