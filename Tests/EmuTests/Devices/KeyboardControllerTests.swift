// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Emu

extension PC {
  /// What a driver that polls the status reads until nothing more comes.
  fileprivate mutating func readKeyboard() -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<100 {
      if self.in(0x64) & 1 != 0 { bytes.append(UInt8(self.in(0x60))) }
      wait(nanoseconds: 500)
    }
    return bytes
  }

  /// Sends a controller command, with a data byte if it has one.
  fileprivate mutating func command(_ command: UInt32, _ data: UInt32? = nil) {
    out(0x64, command)
    if let data { out(0x60, data) }
  }
}

@Suite struct KeyboardControllerTests {
  @Test func statusAtHandoverSaysSelfTestedUnlockedAndEmpty() {
    var pc = PC()
    #expect(pc.in(0x64) == 0x1C)
  }

  @Test(
    arguments: [
      (0x20, [0x61]), (0xAA, [0x55]), (0xAB, [0x00]), (0xA9, [0x00]), (0xC0, [0x80]),
      (0xD0, [0xCF]), (0xAD, []), (0x01, []),
    ] as [(UInt32, [UInt8])])
  func controllerCommandAnswers(command: UInt32, answer: [UInt8]) {
    var pc = PC()
    pc.command(command)
    #expect(pc.readKeyboard() == answer)
  }

  @Test(
    arguments: [
      ([0xED, 0x07], [0xFA, 0xFA]), ([0xEE], [0xEE]), ([0xF0, 0x00], [0xFA, 0xFA, 0x41]),
      ([0xF0, 0x01], [0xFA, 0xFA]), ([0xF0, 0x03], [0xFA, 0xFE]), ([0xF2], [0xFA, 0xAB, 0x41]),
      ([0xF3, 0x20], [0xFA, 0xFA]), ([0xF4], [0xFA]), ([0xF5], [0xFA]), ([0xF6], [0xFA]),
      ([0xFF], [0xFA, 0xAA]), ([0xEE, 0xFE], [0xEE, 0xEE]), ([0x00], [0xFE]),
    ] as [([UInt32], [UInt8])])
  func keyboardCommandAnswers(bytes: [UInt32], answer: [UInt8]) {
    var pc = PC()
    for byte in bytes { pc.out(0x60, byte) }
    #expect(pc.readKeyboard() == answer)
  }

  @Test func resendRepeatsTheLastAnswer() {
    var pc = PC()
    pc.out(0x60, 0xEE)
    #expect(pc.readKeyboard() == [0xEE])
    pc.out(0x60, 0xFE)
    #expect(pc.readKeyboard() == [0xEE])
  }

  @Test func identificationIsUntranslatedWithoutTranslation() {
    var pc = PC()
    pc.command(0x60, 0x21)
    pc.out(0x60, 0xF2)
    #expect(pc.readKeyboard() == [0xFA, 0xAB, 0x83])
  }

  @Test func configurationReadsBack() {
    var pc = PC()
    pc.command(0x60, 0x47)
    pc.command(0x20)
    #expect(pc.readKeyboard() == [0x47])
    pc.command(0xA7)
    pc.command(0xAD)
    pc.command(0x20)
    #expect(pc.readKeyboard() == [0x77])
    pc.command(0xA8)
    pc.command(0xAE)
    pc.command(0x20)
    #expect(pc.readKeyboard() == [0x47])
  }

  @Test func statusShowsWhichPortWasWrittenLast() {
    var pc = PC()
    pc.out(0x60, 0xEE)
    #expect(pc.in(0x64) == 0x15)
    pc.out(0x64, 0xAE)
    #expect(pc.in(0x64) == 0x1D)
  }

  @Test func nobodyAnswersAtTheAuxiliaryPort() {
    var pc = PC()
    pc.command(0xD4, 0xFF)
    #expect(pc.in(0x64) & 0x61 == 0x61)
    #expect(pc.in(0x60) == 0xFE)
    pc.command(0xD3, 0x12)
    #expect(pc.in(0x64) & 0x61 == 0x21)
    #expect(pc.in(0x60) == 0x12)
  }

  @Test func writtenOutputBufferLooksLikeAKey() {
    var pc = PC()
    pc.command(0xD2, 0x1E)
    #expect(pc.bus.interruptLines(at: pc.now) & 2 != 0)
    #expect(pc.readKeyboard() == [0x1E])
  }

  @Test func outputPortDrivesResetAndA20() {
    var pc = PC()
    pc.command(0xD1, 0xCE)
    #expect(pc.signals == [.reset(.keyboardController)])
    pc.command(0xD1, 0xDD)
    #expect(!pc.bus.keyboardController.a20)
  }

  @Test func typedKeysArriveInOrderAndCanBeReadAgain() {
    var pc = PC()
    #expect(pc.bus.type([0x1E, 0x9E]) == true)
    #expect(!pc.bus.keyboardIsDrained)
    #expect(pc.readKeyboard() == [0x1E, 0x9E])
    #expect(pc.bus.keyboardIsDrained)
    #expect(pc.in(0x60) == 0x9E)
  }

  @Test func answerThatNobodyReadsIsNotAKey() {
    var pc = PC()
    pc.out(0x60, 0xF4)
    #expect(pc.in(0x64) & 1 == 1)
    #expect(pc.bus.keyboardIsDrained)
    #expect(pc.bus.type([0x1E]) == true)
    #expect(!pc.bus.keyboardIsDrained)
    #expect(pc.in(0x60) == 0xFA)
    #expect(!pc.bus.keyboardIsDrained)
    #expect(pc.readKeyboard() == [0x1E])
    #expect(pc.bus.keyboardIsDrained)
  }

  @Test func keysThatDoNotAllFitAreNotTaken() {
    var pc = PC()
    #expect(pc.bus.type([UInt8](repeating: 0x1E, count: 15)) == true)
    #expect(pc.bus.type([0x1F, 0x9F]) == false)
    #expect(pc.bus.type([0x20]) == true)
    #expect(pc.readKeyboard() == [UInt8](repeating: 0x1E, count: 15) + [0x20])
  }

  @Test func withoutTranslationKeysArriveInSet2() {
    var pc = PC()
    pc.command(0x60, 0x21)
    #expect(pc.bus.type([0x1E, 0x9E, 0xE0, 0x48, 0xE0, 0xC8]) == true)
    #expect(pc.readKeyboard() == [0x1C, 0xF0, 0x1C, 0xE0, 0x75, 0xE0, 0xF0, 0x75])
    #expect(pc.bus.type(Key.pause.makeCode) == true)
    #expect(pc.readKeyboard() == [0xE1, 0x14, 0x77, 0xE1, 0xF0, 0x14, 0xF0, 0x77])
    pc.out(0x60, 0xF0)
    pc.out(0x60, 0x01)
    #expect(pc.bus.type([0x1E, 0x9E]) == true)
    #expect(pc.readKeyboard() == [0xFA, 0xFA, 0x1E, 0x9E])
  }

  @Test(arguments: UInt8(0x00)...0x7F)
  func translationToSet2AndBackKeepsTheKey(code: UInt8) {
    let set2 = ScancodeTranslation.set2(fromSet1: code)
    // Every code that a key has comes back; 0x00 and a few others belong to none.
    if Key(rawValue: UInt16(code)) != nil || Key(rawValue: 0xE000 | UInt16(code)) != nil {
      #expect(ScancodeTranslation.set1(fromSet2: set2) == code)
    }
  }

  @Test func disabledKeyboardKeepsItsKeysUntilItIsEnabled() {
    var pc = PC()
    pc.command(0xAD)
    #expect(pc.bus.type([0x1E]) == true)
    #expect(pc.readKeyboard() == [])
    pc.command(0xAE)
    #expect(pc.readKeyboard() == [0x1E])
  }

  @Test func keysAreLostWhileScanningIsDisabled() {
    var pc = PC()
    pc.out(0x60, 0xF5)
    #expect(pc.bus.type([0x1E]) == true)
    #expect(pc.readKeyboard() == [0xFA])
    pc.out(0x60, 0xF4)
    #expect(pc.bus.type([0x1F]) == true)
    #expect(pc.readKeyboard() == [0xFA, 0x1F])
  }

  @Test func interruptLineFallsBetweenTwoKeys() {
    var pc = PC()
    _ = pc.bus.type([0x1E, 0x9E])
    func line(_ pc: PC) -> Bool { pc.bus.interruptLines(at: pc.now) & 2 != 0 }
    #expect(line(pc))
    #expect(pc.in(0x60) == 0x1E)
    #expect(!line(pc))
    #expect(pc.bus.keyboardController.nextInterrupt(after: pc.now)?.nanoseconds == 1000)
    pc.wait(nanoseconds: 999)
    #expect(!line(pc))
    pc.wait(nanoseconds: 1)
    #expect(line(pc))
    #expect(pc.bus.keyboardController.nextInterrupt(after: pc.now) == nil)
    #expect(pc.in(0x60) == 0x9E)
    pc.wait(nanoseconds: 2000)
    #expect(!line(pc))
  }

  @Test func interruptLineNeedsItsConfigurationBit() {
    var pc = PC()
    pc.command(0x60, 0x60)
    _ = pc.bus.type([0x1E])
    #expect(pc.bus.interruptLines(at: pc.now) & 2 == 0)
    #expect(pc.in(0x64) & 1 == 1)
  }
}
