// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Bus {
  /// What an access to `port` is to the device there, which is as it was before a write; changes nothing.
  func meaning(
    of value: UInt32, _ direction: PortAccess.Direction, _ port: UInt16
  ) -> PortMeaning {
    let byte = UInt8(truncatingIfNeeded: value)
    let known = Port(rawValue: port).map { "\($0.name)" } ?? ""
    switch (Chip(port: port), direction) {
    case (.picMaster, _): return meaning(of: byte, direction, port, pic.master, "PIC 1")
    case (.picSlave, _): return meaning(of: byte, direction, port, pic.slave, "PIC 2")
    case (.pit, .output) where port & 3 == 3:
      return PortMeaning(register: known, value: PIT8254.meaning(ofControl: byte))
    case (.keyboardController, .output) where port & 4 != 0:
      return PortMeaning(
        register: "8042 command", value: KeyboardController.meaning(ofCommand: byte))
    case (.keyboardController, .input) where port & 4 != 0:
      return PortMeaning(register: "8042 status", value: KeyboardController.meaning(ofStatus: byte))
    case (.rtc, _) where port & 1 == 1:
      return PortMeaning(register: "CMOS \(rtc.selectedName)", value: "")
    case (.com1, _):
      guard let own = com1.meaning(of: byte, direction, offset: port & 7) else { break }
      return PortMeaning(register: "COM1 \(own.register)", value: own.value)
    case (.vga, _) where port == Port.crtcData.rawValue || port == Port.monoCRTCData.rawValue:
      return PortMeaning(register: "VGA CRTC \(vga.crtcName)", value: "")
    case (.debugExit, .output):
      return PortMeaning(register: known, value: "ends the run")
    case (nil, _):
      return PortMeaning(register: known, value: "no device answers")
    default: break
    }
    return PortMeaning(register: known, value: "")
  }

  /// Where the screen shows the cell of this byte of text memory.
  func textPlace(ofByteAt offset: Int) -> (row: Int, column: Int)? {
    vga.place(ofCell: offset / 2)
  }

  private func meaning(
    of byte: UInt8, _ direction: PortAccess.Direction, _ port: UInt16, _ pic: PIC8259,
    _ name: String
  ) -> PortMeaning {
    let own =
      direction == .output
      ? pic.meaning(ofWriting: byte, offset: port & 1) : pic.meaningOfReading(offset: port & 1)
    return PortMeaning(register: "\(name) \(own.register)", value: own.value)
  }
}
