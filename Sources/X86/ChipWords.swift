// SPDX-License-Identifier: GPL-2.0-or-later

// What systems write to the chips of a PC to set them up.

/// Command words of the 8259A interrupt controller, as a PC needs them.
///
/// Intel 8259A data sheet (231468-003), "Initialization Command Words" and "Operation Command Words".
public enum PICWord {
  /// ICW1: initialize; edge triggered, cascaded, ICW4 follows. To the command port.
  public static let initialize: UInt8 = 0x11
  /// ICW3 of the first controller: the second one is on line 2.
  public static let secondOnLine2: UInt8 = 1 << 2
  /// ICW3 of the second controller: it is on line 2 of the first.
  public static let onLine2: UInt8 = 2
  /// ICW4: vectors as an 8086 wants them, ends of interrupt by command.
  public static let mode8086: UInt8 = 0x01
  /// OCW2: the interrupt of the highest priority in service has ended.
  public static let endOfInterrupt: UInt8 = 0x20
  /// OCW3: the next read of the command port shows which interrupts are in service.
  public static let readInService: UInt8 = 0x0B
}

/// Command words of the 8254 timer, as a PC needs them.
///
/// Intel 8254 data sheet (231164-005), "Control Word Format"; IBM PC AT Technical Reference, "System
/// Timers", for the clock.
public enum PITWord {
  /// What the three counters count, in a second: a third of the colour carrier of NTSC.
  public static let hertz: UInt32 = 1_193_182
  /// Counter 0, low byte and then high byte, mode 2 (rate generator), binary.
  public static let counter0Rate: UInt8 = 0x34
}
