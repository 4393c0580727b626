// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

/// A scene with one thing wrong, and the fault that must come of it.
struct FailingCheck: Sendable, CustomTestStringConvertible {
  let check: DeliveryCheck
  let what: String
  let exception: Exception
  let code: UInt32
  let cr2: UInt64?
  let privilege: UInt8
  let change: @Sendable (inout Scene) -> Void

  init(
    _ check: DeliveryCheck, _ what: String, _ exception: Exception, _ code: UInt32,
    cr2: UInt64? = nil, from privilege: UInt8 = 0,
    _ change: @escaping @Sendable (inout Scene) -> Void
  ) {
    (self.check, self.what, self.exception) = (check, what, exception)
    (self.code, self.cr2, self.privilege, self.change) = (code, cr2, privilege, change)
  }

  var testDescription: String { "\(check): \(what)" }

  /// The fault that is expected with this EXT bit.
  func fault(isExternal: Bool) -> DeliveryFault {
    guard exception == .pageFault else {
      return DeliveryFault(
        check, exception, SelectorErrorCode(rawValue: code | (isExternal ? 1 : 0)))
    }
    return DeliveryFault(
      check, pageFault: PageFaultErrorCode(rawValue: code), at: VirtAddr(cr2 ?? 0))
  }

  /// Expects the fault for INT n, and again, with EXT, for an external interrupt, if that is checked
  /// at all.
  func verify(_ mode: Scene.Mode) {
    var scene = Scene.make(mode, privilege: privilege)
    #expect(throws: Never.self, "the scene itself is in order") { try scene.plan() }
    change(&scene)
    let before = scene
    #expect(scene.result == .failure(fault(isExternal: false)))
    #expect(scene.memory == before.memory && scene.registers == before.registers)

    if check == .gatePrivilege || check == .virtual8086 { return }
    scene.event = .external(0x30, at: 0x1236)
    #expect(scene.result == .failure(fault(isExternal: true)))
  }
}
