// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Kernel

/// Ports that note what is written, and answer what the test has said.
private final class FakePorts: PortSpace {
  var written: [(Port, UInt8)] = []
  var answers: [Port: UInt8] = [:]

  func read(_ port: Port) -> UInt8 { answers[port] ?? 0xFF }
  func write(_ value: UInt8, to port: Port) { written.append((port, value)) }

  func values(_ port: Port) -> [UInt8] { written.filter { $0.0 == port }.map(\.1) }
}

@Suite struct InterruptControllerTests {
  private let ports = FakePorts()
  private var controllers: InterruptControllers<FakePorts> { InterruptControllers(ports: ports) }

  @Test func vectorsAreMovedAndOnlyTheSecondControllersLineIsOpen() {
    controllers.initialize()
    #expect(ports.values(.pic1Command) == [0x11])
    #expect(ports.values(.pic2Command) == [0x11])
    #expect(ports.values(.pic1Data) == [32, 4, 1, 0xFB])
    #expect(ports.values(.pic2Data) == [40, 2, 1, 0xFF])
  }

  @Test func lineThatIsEnabledLeavesTheOthersAsTheyAre() {
    ports.answers[.pic1Data] = 0xFB
    controllers.enable(.keyboard)
    #expect(ports.values(.pic1Data) == [0xF9])
  }

  @Test(arguments: 0..<16 as Range<UInt8>) func endGoesToEveryControllerConcerned(line: UInt8) {
    controllers.end(line)
    #expect(ports.values(.pic1Command) == [0x20])
    #expect(ports.values(.pic2Command) == (line < 8 ? [] : [0x20]))
  }

  @Test func requestThatWentAwayIsNoInterrupt() {
    ports.answers = [.pic1Command: 0x00, .pic2Command: 0x00]
    #expect(!controllers.isGenuine(7))
    #expect(ports.values(.pic1Command) == [0x0B], "no end: nothing is in service")
    #expect(!controllers.isGenuine(15))
    #expect(ports.values(.pic2Command) == [0x0B])
    #expect(ports.values(.pic1Command) == [0x0B, 0x20], "the first one has line 2 in service")
    ports.answers = [.pic1Command: 0x80, .pic2Command: 0x80]
    #expect(controllers.isGenuine(7) && controllers.isGenuine(15))
    #expect((0..<7).allSatisfy { controllers.isGenuine($0) })
  }

  @Test func timerCountsFromTheNearestDivisor() {
    defer { Timer.start(FakePorts()) }
    Timer.start(ports)
    #expect(ports.values(.pitControl) == [0x34])
    #expect(ports.values(.pitCounter0) == [0x9C, 0x2E])  // 11932: 99.998 Hz
    Timer.start(ports, hertz: Timer.rates.lowerBound)
    #expect(Timer.hertz == 19 && ports.values(.pitCounter0).suffix(2) == [0x4F, 0xF5])  // 62799
    Timer.start(ports, hertz: Timer.rates.upperBound)
    #expect(ports.values(.pitCounter0).suffix(2) == [0x77, 0x00])  // 119: 10026.7 Hz
  }
}

@Suite struct ByteQueueTests {
  @Test func bytesComeOutInOrderAndThoseWithoutRoomAreDropped() {
    var queue = ByteQueue()
    var next = 0
    var expected = 0
    for count in [1, 100, 3, 128, 127] {
      for _ in 0..<count {
        #expect(queue.append(UInt8(truncatingIfNeeded: next)) == true)
        next += 1
      }
      if count == 128 { #expect(queue.append(0xEE) == false) }
      for _ in 0..<count {
        #expect(queue.removeFirst() == UInt8(truncatingIfNeeded: expected))
        expected += 1
      }
      #expect(queue.removeFirst() == nil)
    }
  }
}

@Suite struct KeyDecoderTests {
  /// What the bytes mean, `-` for those that mean nothing.
  static func decode(_ bytes: [UInt8]) -> String {
    var decoder = KeyDecoder()
    return String(decoding: bytes.compactMap { decoder.decode($0) }, as: UTF8.self)
  }

  @Test func everyCharacterThatAKeyboardTypesComesBack() {
    for ascii in UInt8(0x20)...0x7E {
      guard let stroke = Keystroke(ascii: ascii) else { continue }
      #expect(Self.decode(stroke.scancodes) == String(UnicodeScalar(ascii)))
    }
    #expect(Self.decode(Key.enter.makeCode + Key.enter.breakCode) == "\n")
    #expect(Self.decode(Key.backspace.makeCode) == "\u{8}")
  }

  @Test func capsLockTurnsShiftRoundForLettersOnly() {
    let lock = Key.capsLock.makeCode + Key.capsLock.breakCode
    let typed = Key.a.makeCode + Key.digit1.makeCode
    #expect(Self.decode(lock + typed) == "A1")
    #expect(Self.decode(lock + Key.leftShift.makeCode + typed) == "a!")
    #expect(Self.decode(lock + lock + typed) == "a1")
  }

  @Test func shiftEndsWhenBothAreUp() {
    let both = Key.leftShift.makeCode + Key.rightShift.makeCode
    #expect(Self.decode(both + Key.leftShift.breakCode + Key.a.makeCode) == "A")
    #expect(
      Self.decode(both + Key.leftShift.breakCode + Key.rightShift.breakCode + Key.a.makeCode) == "a"
    )
  }

  @Test func controlMakesControlCharactersOfLetters() {
    #expect(Self.decode(Key.rightControl.makeCode + Key.c.makeCode) == "\u{3}")
    #expect(Self.decode(Key.leftControl.makeCode + Key.digit1.makeCode) == "")
  }

  @Test func otherKeysMeanNothingAndLeaveNothingBehind() {
    for key in [Key.pause, .f1, .up, .home, .leftAlt, .menu, .printScreen, .numLock] {
      #expect(Self.decode(key.makeCode + key.breakCode + Key.a.makeCode) == "a", "\(key)")
    }
    #expect(Self.decode(Key.keypadEnter.makeCode) == "\n")
    for byte in UInt8.min...UInt8.max {
      var decoder = KeyDecoder()
      _ = decoder.decode(byte)
      _ = decoder.decode(byte)
    }
  }
}
