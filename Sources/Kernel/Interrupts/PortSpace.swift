// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// The I/O ports, so that drivers can be tested with others than the processor's.
protocol PortSpace {
  /// Reads a byte.
  func read(_ port: Port) -> UInt8
  /// Writes a byte.
  func write(_ value: UInt8, to port: Port)
}

/// The processor's.
struct ProcessorPorts: PortSpace {
  func read(_ port: Port) -> UInt8 { port_in(port.rawValue) }
  func write(_ value: UInt8, to port: Port) { port_out(port.rawValue, value) }
}
