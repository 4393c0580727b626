// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

@testable import Monitor

@Suite struct SessionEndTests {
  static let fault = Fault(
    vector: 14, errorCode: 2, isSoftware: false, rip: VirtAddr(0x10_0005),
    cr2: VirtAddr(0xdead_beef))

  // swift-format-ignore
  @Test(arguments: [
    //                                    without  with --until
    (SessionEnd.untilMet(.screen),              0,   0),
    (.guest(.halted),                           0, 122),
    (.guest(.spinning),                         0, 122),
    (.guest(.waitingForNothing),                0, 122),
    (.guest(.powerOff),                         0, 122),
    (.idle(.seconds(10), keysLeft: 0),          0, 122),
    (.quit,                                     0, 122),
    (.guest(.guestExit(value: 0)),              1,   1),
    (.guest(.guestExit(value: 0x10)),          33,  33),
    (.guest(.guestExit(value: 0xFFFF_FFFF)),  255, 255),
    (.guest(.reset(.keyboardController)),     118, 118),
    (.guest(.tripleFault(TripleFault(first: fault, failed: []))),             120, 120),
    (.guest(.engineFailure(code: 5)),          70,  70),
    (.instructionBudget(5),                   124, 124),
    (.timeout(.seconds(1)),                   124, 124),
    (.signal(2),                              130, 130),
    (.signal(15),                             143, 143),
  ] as [(SessionEnd, Int32, Int32)])
  func `each end has its exit status`(end: SessionEnd, plain: Int32, until: Int32) {
    #expect(end.exitStatus(untilGiven: false) == plain)
    #expect(end.exitStatus(untilGiven: true) == until)
  }

  // swift-format-ignore
  @Test(arguments: [
    (SessionEnd.guest(.halted), "the guest halted with interrupts off at 0x100123 (hang+0x3) after 1_234_567 instructions"),
    (.guest(.tripleFault(TripleFault(first: fault, failed: []))), "triple fault: #PF Page Fault (vector 14), error code 0x2, CR2 0xdeadbeef, RIP 0x100005 (start), after 1_234_567 instructions"),
    (.guest(.guestExit(value: 16)), "the guest left with 0x10 on the exit port at 0x100123 (hang+0x3) after 1_234_567 instructions"),
    (.untilMet(.com1), "\"login:\" appeared in COM1's output after 1_234_567 instructions"),
    (.idle(.seconds(10), keysLeft: 2), "nothing changed for 10 s of guest time and the guest did not take the last 2 keys (at 0x100123 (hang+0x3) after 1_234_567 instructions)"),
    (.timeout(.milliseconds(1500)), "the time of 1.5 s ran out at 0x100123 (hang+0x3) after 1_234_567 instructions"),
    (.signal(15), "ended by SIGTERM at 0x100123 (hang+0x3) after 1_234_567 instructions"),
  ])
  func `each end has its sentence`(end: SessionEnd, text: String) {
    let sentence = StopSentence(
      end: end, rip: VirtAddr(0x10_0123), instructions: 1_234_567, until: "login:",
      symbolizer: { [0x10_0123: "hang+0x3", 0x10_0005: "start"][$0.value] })
    #expect(sentence.text == text)
  }

  @Test func `software interrupts and hardware interrupts are called by their vector`() {
    func text(_ vector: UInt8, isSoftware: Bool) -> String {
      let fault = Fault(
        vector: vector, errorCode: nil, isSoftware: isSoftware, rip: VirtAddr(0), cr2: nil)
      return StopSentence(
        end: .guest(.tripleFault(TripleFault(first: fault, failed: []))), rip: VirtAddr(0),
        instructions: 1,
        symbolizer: { _ in nil }
      ).text
    }
    #expect(
      text(0x80, isSoftware: true).hasPrefix(
        "triple fault: software interrupt INT 0x80 (vector 128), "))
    #expect(
      text(14, isSoftware: true).hasPrefix("triple fault: software interrupt INT 0xe (vector 14), ")
    )
    #expect(text(3, isSoftware: true).hasPrefix("triple fault: #BP Breakpoint (vector 3), "))
    #expect(text(32, isSoftware: false).hasPrefix("triple fault: interrupt 0x20 (vector 32), "))
    #expect(text(6, isSoftware: false).hasSuffix("after 1 instruction"))
  }
}
