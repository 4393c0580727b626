// SPDX-License-Identifier: GPL-2.0-or-later

/// A register that newer PCs have in memory: what a program is after that reaches for one.
public struct MappedRegister: Hashable, Sendable {
  /// Where it lies.
  private let address: UInt64
  /// The device.
  public let device: Device

  /// The devices, by the numbers of the pages where firmware puts them.
  public enum Device: UInt64, Sendable {
    case ioAPIC = 0xfec00
    case hpet = 0xfed00
    case localAPIC = 0xfee00

    /// What it is called.
    public var name: StaticString {
      switch self {
      case .ioAPIC: "I/O APIC"
      case .hpet: "HPET"
      case .localAPIC: "local APIC"
      }
    }
  }

  /// The register at `address`; nil where there is no such device.
  public init?(at address: PhysAddr) {
    guard let device = Device(rawValue: address.value >> 12) else { return nil }
    (self.address, self.device) = (address.value, device)
  }

  /// The manual's name, without numbers in a row of registers; empty if the device has none there.
  public var name: StaticString {
    let offset = address & 0xfff
    return switch device {
    case .ioAPIC: Self.ioAPIC(offset)
    case .hpet: Self.hpet(offset)
    case .localAPIC: Self.localAPIC(offset)
    }
  }

  /// Intel SDM Vol. 3A Table 10-1 "Local APIC Register Address Map".
  private static func localAPIC(_ offset: UInt64) -> StaticString {
    // swift-format-ignore
    switch offset & ~0xf {
    case 0x020:         "ID"
    case 0x030:         "version"
    case 0x080:         "task priority"
    case 0x090:         "arbitration priority"
    case 0x0a0:         "processor priority"
    case 0x0b0:         "EOI"
    case 0x0c0:         "remote read"
    case 0x0d0:         "logical destination"
    case 0x0e0:         "destination format"
    case 0x0f0:         "spurious interrupt vector"
    case 0x100...0x170: "in-service"
    case 0x180...0x1f0: "trigger mode"
    case 0x200...0x270: "interrupt request"
    case 0x280:         "error status"
    case 0x2f0:         "LVT CMCI"
    case 0x300:         "interrupt command low"
    case 0x310:         "interrupt command high"
    case 0x320:         "LVT timer"
    case 0x330:         "LVT thermal sensor"
    case 0x340:         "LVT performance counters"
    case 0x350:         "LVT LINT0"
    case 0x360:         "LVT LINT1"
    case 0x370:         "LVT error"
    case 0x380:         "initial count"
    case 0x390:         "current count"
    case 0x3e0:         "divide configuration"
    default:            ""
    }
  }

  /// Intel 82093AA data sheet (290566-001) §3.1 "Memory Mapped Registers for Accessing IOAPIC Registers".
  private static func ioAPIC(_ offset: UInt64) -> StaticString {
    offset == 0x00 ? "IOREGSEL" : offset == 0x10 ? "IOWIN" : ""
  }

  /// IA-PC HPET Specification 1.0a §2.3.1 "Register Overview".
  private static func hpet(_ offset: UInt64) -> StaticString {
    // swift-format-ignore
    switch offset & ~0x7 {
    case 0x000: "capabilities"
    case 0x010: "configuration"
    case 0x020: "interrupt status"
    case 0x0f0: "main counter"
    default:    offset >= 0x100 ? "timer" : ""
    }
  }
}
