// SPDX-License-Identifier: GPL-2.0-or-later

/// A part of a delivery, as it is told: a few checks each, in order.
public enum DeliveryStep: UInt8, CaseIterable, Comparable, Sendable {
  /// The IDT's entry is read.
  case gate
  /// A task gate's task is switched to.
  case task
  /// The handler's code segment is loaded.
  case segment
  /// The handler's stack is found.
  case stack
  /// The frame is pushed.
  case push
  /// The handler is entered.
  case enter

  /// Whether `a` comes before `b`.
  public static func < (a: DeliveryStep, b: DeliveryStep) -> Bool { a.rawValue < b.rawValue }
}

extension DeliveryCheck {
  /// The part of the delivery that this check belongs to.
  public var step: DeliveryStep {
    switch self {
    case .virtual8086, .vectorInTable, .gateReadable, .gateType, .gatePrivilege, .gatePresent:
      .gate
    case .codeSelector, .codeInTable, .codeReadable, .codeType, .codePrivilege, .codeLong,
      .codePresent, .accessedWritable:
      .segment
    case .stackPointerInTask, .stackPointerReadable, .stackSelector, .stackInTable,
      .stackSelectorPrivilege, .stackReadable, .stackPrivilege, .stackType, .stackPresent:
      .stack
    case .stackRoom, .stackWritable: .push
    case .entryPoint: .enter
    case .taskPrivilege, .taskGatePresent, .linkReadable, .taskInTable, .taskReadable, .taskType,
      .taskPresent, .taskLimit, .stateReadable, .oldTaskLimit, .tasksWritable, .newPointers,
      .newSegmentSelector, .newSegmentInTable, .newSegmentReadable, .newSegmentType,
      .newSegmentPrivilege, .newSegmentPresent:
      .task
    }
  }
}
