// SPDX-License-Identifier: GPL-2.0-or-later

// The display adapter: a VGA's registers at ports 0x3B0...0x3DF, in text mode 3.
//
// Models   all registers of CRT controller, sequencer, graphics and attribute controller and DAC as
//          they read back; the address choice of the misc output; retrace; of what is shown: start
//          address, line pitch, cursor, blinking, and the bits that switch the picture off.
// Leaves   graphics modes (shown as an empty screen); other sizes than 80 x 25 and cells that are
// out      not 16 lines high; planes and the other windows of video memory; fonts, palette and DAC
//          colours; smooth scrolling and split screens; timings other than mode 3's.
// Source   IBM PS/2 Hardware Interface Technical Reference, "Video Subsystem"; IBM VGA Technical
//          Reference.

/// A VGA.
struct VGA: Equatable, Sendable {
  var crtc = VGARegisters.crtc
  var sequencer = VGARegisters.sequencer
  var graphics = VGARegisters.graphics
  var attribute = VGARegisters.attribute
  private var dac = VGADAC()
  private var featureControl: UInt8 = 0

  //    7      6      5      4      3  2       1         0
  //  vsync  hsync  page     0     clock   memory on  3Dx addresses
  private var miscOutput: UInt8 = 0x67
  /// Whether the next write to 0x3C0 is data; reading input status 1 clears it.
  private var attributeTakesData = false

  /// Bit 5 of the attribute index: the palette belongs to the picture, not to the processor.
  var isPictureOn: Bool { attribute.index & 0x20 != 0 }

  /// Reads the register at port 0x3B0 + `offset`, 0...0x2F.
  mutating func read(offset: UInt16, now: GuestTime) -> UInt8 {
    guard let register = Register(offset: offset, color: miscOutput & 1 == 1) else { return 0xFF }
    return switch register {
    case .attributeIndex: attribute.index
    case .attributeData: attribute.selected
    case .misc: 0  // Input status 0: the switches of a colour monitor.
    case .videoEnable: 0x01
    case .sequencerIndex: sequencer.index
    case .sequencerData: sequencer.selected
    case .dacMask: dac.mask
    case .dacReadIndex: dac.state
    case .dacWriteIndex: dac.writeIndex
    case .dacData: dac.read()
    case .featureControlRead: featureControl
    case .miscRead: miscOutput
    case .graphicsIndex: graphics.index
    case .graphicsData: graphics.selected
    case .crtcIndex: crtc.index
    case .crtcData: crtc.selected
    case .status: readStatus(now)
    }
  }

  /// Writes the register at port 0x3B0 + `offset`, 0...0x2F.
  mutating func write(offset: UInt16, value: UInt8) {
    guard let register = Register(offset: offset, color: miscOutput & 1 == 1) else { return }
    switch register {
    case .attributeIndex: writeAttribute(value)
    case .misc: miscOutput = value
    case .sequencerIndex: sequencer.index = value & 0x07
    case .sequencerData: sequencer.selected = value
    case .dacMask: dac.mask = value
    case .dacReadIndex: dac.startReading(at: value)
    case .dacWriteIndex: dac.startWriting(at: value)
    case .dacData: dac.write(value)
    case .graphicsIndex: graphics.index = value & 0x0F
    case .graphicsData: graphics.selected = value
    case .crtcIndex: crtc.index = value & 0x3F
    case .crtcData: writeCRTC(value)
    case .status: featureControl = value & 0x03
    case .attributeData, .videoEnable, .featureControlRead, .miscRead: break
    }
  }

  private mutating func writeAttribute(_ value: UInt8) {
    if attributeTakesData {
      attribute.selected = value
    } else {
      attribute.index = value & 0x3F
    }
    attributeTakesData.toggle()
  }

  /// Registers 0...7 can be locked, for programs that think this is an older monitor; only the line
  /// compare bit in register 7 stays open.
  private mutating func writeCRTC(_ value: UInt8) {
    let isLocked = crtc[0x11] & 0x80 != 0
    guard isLocked, crtc.index <= 7 else { return crtc.selected = value }
    if crtc.index == 7 { crtc.selected = crtc.selected & ~0x10 | value & 0x10 }
  }
}

// MARK: - Ports

extension VGA {
  /// A register as the processor reaches it.
  private enum Register {
    case attributeIndex, attributeData, misc, videoEnable, sequencerIndex, sequencerData, dacMask,
      dacReadIndex, dacWriteIndex, dacData, featureControlRead, miscRead, graphicsIndex,
      graphicsData, crtcIndex, crtcData, status

    /// The register at port 0x3B0 + `offset`; the CRT controller is at 3Dx if `color`, else at 3Bx.
    init?(offset: UInt16, color: Bool) {
      // swift-format-ignore
      switch offset {
      case 0x04 where !color, 0x24 where color: self = .crtcIndex
      case 0x05 where !color, 0x25 where color: self = .crtcData
      case 0x0A where !color, 0x2A where color: self = .status
      case 0x10: self = .attributeIndex
      case 0x11: self = .attributeData
      case 0x12: self = .misc
      case 0x13: self = .videoEnable
      case 0x14: self = .sequencerIndex
      case 0x15: self = .sequencerData
      case 0x16: self = .dacMask
      case 0x17: self = .dacReadIndex
      case 0x18: self = .dacWriteIndex
      case 0x19: self = .dacData
      case 0x1A: self = .featureControlRead
      case 0x1C: self = .miscRead
      case 0x1E: self = .graphicsIndex
      case 0x1F: self = .graphicsData
      default: return nil
      }
    }
  }
}

// MARK: - Retrace

extension VGA {
  /// Mode 3 on the wire: 449 lines of 900 dots at 28.322 MHz, 70 times a second.
  private static let frameTime: UInt64 = 14_268_060
  private static let linesPerFrame: UInt64 = 449
  private static let visibleLines: UInt64 = 400
  /// The vertical retrace pulse, as CRT controller registers 0x10 and 0x11 of mode 3 place it.
  private static let retraceLines: Range<UInt64> = 412..<414
  /// Characters of a line: 80 visible ones of 100.
  private static let charactersPerLine: UInt64 = 100

  //    7..4      3        2 1       0
  //  feature  vretrace  light pen  no display
  private mutating func readStatus(_ now: GuestTime) -> UInt8 {
    attributeTakesData = false
    let position = now.nanoseconds % Self.frameTime * Self.linesPerFrame
    let line = position / Self.frameTime
    let character = position % Self.frameTime * Self.charactersPerLine / Self.frameTime
    let isDisplaying = line < Self.visibleLines && character < UInt64(TextScreen.columns)
    return (Self.retraceLines ~= line ? 0x08 : 0) | (isDisplaying ? 0 : 0x01)
  }
}
