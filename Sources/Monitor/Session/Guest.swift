// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// What a session needs of a machine; tests give it scripted ones.
public protocol Guest: AnyObject {
  /// Runs until so much guest time has passed, exactly.
  func run(nanoseconds: UInt64) -> Machine.Pause
  /// Makes `run` return soon.
  func requestPause()
  /// Moves the clock ahead while the processor waits in HLT.
  func skip(to moment: GuestTime)
  /// Sends bytes from the keyboard, all or none.
  func type(_ scancodes: [UInt8]) -> Bool
  /// Has a byte arrive at COM1; false if there is no room for it.
  func receiveOnCOM1(_ byte: UInt8) -> Bool
  /// Raises a non-maskable interrupt.
  func raiseNMI()
  /// Whether the guest has read every scancode.
  var keyboardIsDrained: Bool { get }
  /// Whether the guest has read every byte that arrived at COM1.
  var com1IsDrained: Bool { get }
  /// The instructions executed since power-on.
  var instructions: UInt64 { get }
  /// The guest's time.
  var now: GuestTime { get }
  /// What the guest's monitor shows.
  var screen: TextScreen { get }
  /// Registers and mode.
  var processor: Processor { get }
}

extension Machine: Guest {}
