// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// A value of an interrupt's frame, in the order in which they are pushed.
enum FrameValue: Int, CaseIterable {
  case gs, fs, ds, es, stackSegment, stackPointer, flags, codeSegment, instruction, errorCode

  /// Its name in a frame with values of `width` bytes.
  func name(width: UInt64) -> String {
    let prefix = width == 8 ? "R" : width == 4 ? "E" : ""
    return switch self {
    case .gs: "GS"
    case .fs: "FS"
    case .ds: "DS"
    case .es: "ES"
    case .stackSegment: "SS"
    case .stackPointer: prefix + "SP"
    case .flags: prefix + "FLAGS"
    case .codeSegment: "CS"
    case .instruction: prefix + "IP"
    case .errorCode: "error code"
    }
  }
}

extension InterruptFrame {
  /// What the value at `number` is: how many there are tells which.
  func kind(of number: Int) -> FrameValue? {
    // With an error code there are 4, 6 or 10 values, else 3, 5 or 9; a new task gets it alone.
    let hasErrorCode = count == 1 || count.isMultiple(of: 2)
    let last: FrameValue = hasErrorCode ? .errorCode : .instruction
    return FrameValue(rawValue: last.rawValue - (count - 1 - number))
  }

  /// The value of this kind, if it is there.
  func value(_ wanted: FrameValue) -> UInt64? {
    for number in 0..<count where kind(of: number) == wanted { return self[number] }
    return nil
  }
}
