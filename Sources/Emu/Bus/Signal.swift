// SPDX-License-Identifier: GPL-2.0-or-later

/// What a device asks of the machine.
///
/// Devices know their offsets and their own state only; anything that reaches beyond the device
/// is returned to the machine as a signal.
public enum Signal: Equatable, Sendable {
  /// A byte leaves the machine.
  case output(OutputChannel, UInt8)
  /// The guest leaves with `value` written to the exit port (0xF4).
  case exit(value: UInt32)
  /// The guest asks for a reset of the whole machine.
  case reset(ResetSource)
  /// The guest switches the machine off.
  case powerOff
  /// The A20 gate opens or closes.
  case a20(enabled: Bool)
}

/// Where a guest's bytes leave the machine.
public enum OutputChannel: Hashable, Sendable {
  /// The first serial port, 0x3F8.
  case com1
  /// The debug console, port 0xE9.
  case debugcon
}

/// Who was asked for a reset.
public enum ResetSource: Hashable, Sendable {
  /// The keyboard controller's command 0xFE (or output port bit 0 cleared).
  case keyboardController
  /// The chipset's reset control register, port 0xCF9.
  case resetControl
  /// System control port A, bit 0 of port 0x92.
  case systemControlPortA
}
