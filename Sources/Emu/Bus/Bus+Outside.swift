// SPDX-License-Identifier: GPL-2.0-or-later

// What reaches the devices from outside the guest: keys, serial bytes and eyes. A key or a byte may
// raise an interrupt at once: ask `pendingInterrupt(at:)` again after it.
extension Bus {
  /// Presses and releases keys, given as bytes of scancode set 1; false, and none is taken, if the
  /// keyboard's buffer has no room for all of them.
  public mutating func type(_ scancodes: [UInt8]) -> Bool {
    // Its line is looked at when the bus next hears what time it is.
    lineChanges.keyboard = .zero
    return keyboardController.type(scancodes)
  }

  /// Whether the guest has read everything that was typed.
  public var keyboardIsDrained: Bool { keyboardController.isDrained }

  /// Sends a byte into COM1; false, and it is not taken, if the port has no room for it now.
  public mutating func receiveOnCOM1(_ byte: UInt8) -> Bool {
    defer { watchCOM1() }
    return com1.receive(byte)
  }

  /// Whether the guest has read every byte that arrived there.
  public var com1IsDrained: Bool { com1.isDrained }

  /// What the monitor shows of `textMemory`, the 32 KiB at physical address 0xB8000.
  public func screen(of textMemory: UnsafeRawBufferPointer) -> TextScreen {
    vga.screen(of: textMemory)
  }

  /// The state of the two interrupt controllers.
  public var interruptControllers: InterruptControllers { InterruptControllers(pic) }
}
