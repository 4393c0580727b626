// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// Everything a person may ask of `kemu run`, as a value.
public struct RunOptions: Equatable, Sendable {
  /// A boot module: a file and the text that the guest is told with it.
  public struct Module: Equatable, Sendable {
    /// The file's path.
    public var path: String
    /// What follows the first `=`; empty if there is none.
    public var arguments: String

    /// Reads `FILE[=ARGS]`; a path that holds a `=` cannot be named.
    public init(_ text: String) throws(OptionError) {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      path = String(parts[0])
      arguments = parts.count == 2 ? String(parts[1]) : ""
      if path.isEmpty { throw .empty }
    }
  }

  /// Where the bytes go that the guest sends out of a port.
  public enum Target: Equatable, Sendable {
    /// To standard output.
    case stdio
    /// Nowhere.
    case none
    /// To a file, which is emptied first.
    case file(String)

    /// Reads `stdio`, `none` or the name of a file.
    public init(_ text: String) throws(OptionError) {
      switch text {
      case "stdio": self = .stdio
      case "none": self = .none
      case "": throw .empty
      default: self = .file(text)
      }
    }
  }

  /// What a run is for.
  public enum Purpose: Equatable, Sendable {
    /// To see the guest's screen.
    case screen
    /// To see what happens, on standard output, which has nothing else then.
    case trace
  }

  /// What the run is for.
  public var purpose = Purpose.screen
  /// The kernel's path; nil for the bundled one.
  public var kernel: String?
  /// The kernel's command line.
  public var commandLine = ""
  /// The boot modules, in this order.
  public var modules: [Module] = []
  /// Bytes of RAM.
  public var memory = MemoryMap.standard.ramSize
  /// Whether the live screen is not wanted, whatever standard output is.
  public var headless = false
  /// Where COM1's bytes go; nil for standard output when headless, nowhere when live.
  public var serial: Target?
  /// Where port 0xE9's bytes go.
  public var debugcon = Target.none
  /// The clock at power-on; nil for the reproducible one when headless, the host's when live.
  public var clock: ClockStart?
  /// What is typed into the guest by itself.
  public var keys: [KeyPress] = []
  /// The text that ends the run with success; never empty.
  public var until: String?
  /// The most instructions to execute.
  public var maxInstructions: UInt64?
  /// The most wall-clock time to spend.
  public var timeout: Duration?
  /// The guest time without change after which a headless run ends; zero for never.
  public var idle = Duration.seconds(10)
  /// What is traced.
  public var trace = TraceOptions()
  /// The key before kemu's own commands.
  public var escape = EscapeKey.standard

  /// The options of a bare `kemu run`.
  public init() {}
}
