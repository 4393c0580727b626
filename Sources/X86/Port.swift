// SPDX-License-Identifier: GPL-2.0-or-later

/// An I/O port of the PC, by the register behind it; the raw value is the port's number.
///
/// Sources: IBM PC AT Technical Reference, "I/O Address Map"; Intel ICH9 Datasheet §9.2 "I/O Map";
/// IBM VGA Technical Reference, "VGA Programming Considerations".
public enum Port: UInt16, Hashable, Sendable {
  // swift-format-ignore
  case pic1Command          = 0x0020, pic1Data             = 0x0021,
       pitCounter0          = 0x0040, pitCounter1          = 0x0041,
       pitCounter2          = 0x0042, pitControl           = 0x0043,
       keyboardData         = 0x0060, systemControlB       = 0x0061,
       keyboardCommand      = 0x0064,
       cmosIndex            = 0x0070, cmosData             = 0x0071,
       post                 = 0x0080, systemControlA       = 0x0092,
       pic2Command          = 0x00A0, pic2Data             = 0x00A1,
       debugConsole         = 0x00E9, debugExit            = 0x00F4,
       com4Data             = 0x02E8, com2Data             = 0x02F8,
       monoCRTCIndex        = 0x03B4, monoCRTCData         = 0x03B5,
       monoStatus           = 0x03BA,
       attributeIndex       = 0x03C0, attributeData        = 0x03C1,
       miscOutput           = 0x03C2, videoEnable          = 0x03C3,
       sequencerIndex       = 0x03C4, sequencerData        = 0x03C5,
       dacMask              = 0x03C6, dacReadIndex         = 0x03C7,
       dacWriteIndex        = 0x03C8, dacData              = 0x03C9,
       featureControl       = 0x03CA, miscOutputRead       = 0x03CC,
       graphicsIndex        = 0x03CE, graphicsData         = 0x03CF,
       crtcIndex            = 0x03D4, crtcData             = 0x03D5,
       colorStatus          = 0x03DA,
       com3Data             = 0x03E8,
       com1Data             = 0x03F8, com1InterruptEnable  = 0x03F9,
       com1InterruptID      = 0x03FA, com1LineControl      = 0x03FB,
       com1ModemControl     = 0x03FC, com1LineStatus       = 0x03FD,
       com1ModemStatus      = 0x03FE, com1Scratch          = 0x03FF,
       pic1Control          = 0x04D0, pic2Control          = 0x04D1,
       acpiPM1Control       = 0x0604,
       pciConfigAddress     = 0x0CF8, resetControl         = 0x0CF9,
       pciConfigData        = 0x0CFC,
       acpiPM1ControlBochs  = 0xB004

  /// The register's name, for traces; where reading and writing reach different registers, both.
  public var name: StaticString {
    // swift-format-ignore
    switch self {
    case .pic1Command:         "PIC 1 command"
    case .pic1Data:            "PIC 1 mask"
    case .pitCounter0:         "PIT counter 0"
    case .pitCounter1:         "PIT counter 1"
    case .pitCounter2:         "PIT counter 2"
    case .pitControl:          "PIT control"
    case .keyboardData:        "8042 data"
    case .systemControlB:      "system control B"
    case .keyboardCommand:     "8042 status/command"
    case .cmosIndex:           "CMOS index"
    case .cmosData:            "CMOS data"
    case .post:                "POST code"
    case .systemControlA:      "system control A"
    case .pic2Command:         "PIC 2 command"
    case .pic2Data:            "PIC 2 mask"
    case .debugConsole:        "debug console"
    case .debugExit:           "debug exit"
    case .com4Data:            "COM4 data"
    case .com2Data:            "COM2 data"
    case .monoCRTCIndex:       "VGA CRTC index (mono)"
    case .monoCRTCData:        "VGA CRTC data (mono)"
    case .monoStatus:          "VGA input status 1/feature control (mono)"
    case .attributeIndex:      "VGA attribute index and data"
    case .attributeData:       "VGA attribute data"
    case .miscOutput:          "VGA input status 0/misc output"
    case .videoEnable:         "VGA enable"
    case .sequencerIndex:      "VGA sequencer index"
    case .sequencerData:       "VGA sequencer data"
    case .dacMask:             "VGA DAC mask"
    case .dacReadIndex:        "VGA DAC state/read index"
    case .dacWriteIndex:       "VGA DAC write index"
    case .dacData:             "VGA DAC data"
    case .featureControl:      "VGA feature control"
    case .miscOutputRead:      "VGA misc output"
    case .graphicsIndex:       "VGA graphics index"
    case .graphicsData:        "VGA graphics data"
    case .crtcIndex:           "VGA CRTC index"
    case .crtcData:            "VGA CRTC data"
    case .colorStatus:         "VGA input status 1/feature control"
    case .com3Data:            "COM3 data"
    case .com1Data:            "COM1 data"
    case .com1InterruptEnable: "COM1 interrupt enable"
    case .com1InterruptID:     "COM1 interrupt id/FIFO control"
    case .com1LineControl:     "COM1 line control"
    case .com1ModemControl:    "COM1 modem control"
    case .com1LineStatus:      "COM1 line status"
    case .com1ModemStatus:     "COM1 modem status"
    case .com1Scratch:         "COM1 scratch"
    case .pic1Control:         "PIC 1 edge/level"
    case .pic2Control:         "PIC 2 edge/level"
    case .acpiPM1Control:      "ACPI PM1 control"
    case .pciConfigAddress:    "PCI config address"
    case .resetControl:        "reset control"
    case .pciConfigData:       "PCI config data"
    case .acpiPM1ControlBochs: "ACPI PM1 control (Bochs)"
    }
  }
}
