// SPDX-License-Identifier: GPL-2.0-or-later

// What reaches the devices from outside the guest: keys, serial bytes, eyes, and the interrupt
// controller's look at the lines.
extension Bus {
  /// Presses and releases keys, given as bytes of scancode set 1; false, and none is taken, if the
  /// keyboard's buffer has no room for all of them.
  public mutating func type(_ scancodes: [UInt8]) -> Bool { keyboardController.type(scancodes) }

  /// Whether the guest has read everything that was typed.
  public var keyboardIsDrained: Bool { keyboardController.isDrained }

  /// Sends a byte into COM1; false, and it is not taken, if the port has no room for it now.
  public mutating func receiveOnCOM1(_ byte: UInt8) -> Bool { com1.receive(byte) }

  /// What the monitor shows of `textMemory`, the 32 KiB at physical address 0xB8000.
  public func screen(of textMemory: UnsafeRawBufferPointer) -> TextScreen {
    vga.screen(of: textMemory)
  }

  /// The interrupt lines as levels at `now`: bit n is IRQ n (0 timer, 1 keyboard, 4 COM1, 8 clock).
  public func interruptLines(at now: GuestTime) -> UInt16 {
    (pit.irqLine(at: now) ? 1 << 0 : 0)
      | (keyboardController.irqLine(at: now) ? 1 << 1 : 0)
      | (com1.irqLine ? 1 << 4 : 0)
      | (rtc.irqLine(at: now) ? 1 << 8 : 0)
  }

  /// The first moment after `moment` at which an interrupt line rises by itself; nil if only the
  /// guest or the outside can raise one.
  public func nextInterrupt(after moment: GuestTime) -> GuestTime? {
    [
      pit.nextInterrupt(after: moment), keyboardController.nextInterrupt(after: moment),
      rtc.nextInterrupt(after: moment),
    ].compactMap(\.self).min()
  }
}
