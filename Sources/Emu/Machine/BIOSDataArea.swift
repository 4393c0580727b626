// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a PC's BIOS leaves in memory when a boot loader hands over to a kernel.
///
/// Models what kernels look at: the interrupt vectors, the BIOS data area (where COM1 is, where the
/// EBDA begins, how large base memory is, which video mode is set), the first byte of the EBDA and
/// the marks in the ROM. There is no BIOS code: every vector leads to an IRET.
///
/// Fields: IBM PC AT Technical Reference (1984), section 5 "ROM BIOS", data areas; video fields:
/// IBM Enhanced Graphics Adapter reference. Values: what SeaBIOS 1.16
/// leaves on QEMU 7.2's `pc` machine, less the devices that are not there.
public enum BIOSDataArea {
  /// Where the data area begins.
  public static let address = PhysAddr(0x400)
  /// Where the extended BIOS data area begins, up to 0xA0000.
  public static let extendedAddress = PhysAddr(0x9_FC00)

  /// What to lay into memory at power-on, below everything a loader may write.
  public static let writes: [LoadPlan.Write] = [
    write(PhysAddr(0), vectors, "interrupt vectors"),
    write(address, dataArea, "BIOS data area"),
    write(extendedAddress, [1], "extended BIOS data area"),  // its size in KiB
    write(PhysAddr(0xF_FF53), [0xCF], "BIOS interrupt return"),  // iret
    write(PhysAddr(0xF_FFFE), [0xFC], "BIOS model byte"),  // PC AT
  ]

  // F000:FF53, the dummy interrupt handler's place since the first PC.
  private static let vectors = [[UInt8]](repeating: [0x53, 0xFF, 0x00, 0xF0], count: 256)
    .flatMap { $0 }

  // swift-format-ignore
  private static let fields: [(address: Int, bytes: [UInt8])] = [
    (0x400, [0xF8, 0x03]),        // COM1 at port 0x3F8; no COM2 to COM4, no printer
    (0x40E, [0xC0, 0x9F]),        // segment of the EBDA
    (0x410, [0x22, 0x02]),        // equipment: FPU, 80x25 colour, one serial port
    (0x413, [0x7F, 0x02]),        // 639 KiB of base memory
    (0x41A, [0x1E, 0x00]),        // keyboard buffer: head ...
    (0x41C, [0x1E, 0x00]),        // ... and tail; equal: empty
    (0x449, [0x03]),              // video mode 3
    (0x44A, [80, 0]),             // columns
    (0x44C, [0x00, 0x10]),        // bytes of a video page
    (0x460, [0x07, 0x06]),        // cursor: last and first scan line
    (0x463, [0xD4, 0x03]),        // CRTC at port 0x3D4
    (0x480, [0x1E, 0x00]),        // keyboard buffer: first byte ...
    (0x482, [0x3E, 0x00]),        // ... and end
    (0x484, [24]),                // rows, less one
    (0x485, [16, 0]),             // scan lines of a character
    (0x487, [0x60]),              // video: 256 KiB, EGA or better active
    (0x488, [0xF9]),              // feature bits and switches
    (0x489, [0x51]),              // VGA, 400 scan lines
    (0x48A, [0x08]),              // display combination: VGA with colour monitor
    (0x496, [0x10]),              // enhanced keyboard
  ]

  private static let dataArea = {
    var bytes = [UInt8](repeating: 0, count: 0x100)
    for field in fields {
      for (index, byte) in field.bytes.enumerated() { bytes[field.address - 0x400 + index] = byte }
    }
    return bytes
  }()

  private static func write(_ address: PhysAddr, _ bytes: [UInt8], _ name: String)
    -> LoadPlan.Write
  {
    LoadPlan.Write(address: address, bytes: bytes[...], zeroes: 0, name: name)
  }
}
