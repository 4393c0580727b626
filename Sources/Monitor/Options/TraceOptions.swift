// SPDX-License-Identifier: GPL-2.0-or-later
import Emu

/// What a person wants to see of a run, event by event.
public struct TraceCategories: OptionSet, Hashable, Sendable {
  /// The bits.
  public let rawValue: UInt8

  /// The categories with these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Exceptions, INT3, INTO and INT1 among them, and the triple fault.
  public static let faults = TraceCategories(rawValue: 1 << 0)
  /// Interrupts of devices, INT n, system calls, and the way back from all.
  public static let interrupts = TraceCategories(rawValue: 1 << 1)
  /// Accesses to memory that is no plain RAM.
  public static let mmio = TraceCategories(rawValue: 1 << 2)
  /// Page tables, and cached translations.
  public static let paging = TraceCategories(rawValue: 1 << 3)
  /// Loads of control registers, model-specific registers and descriptor tables.
  public static let control = TraceCategories(rawValue: 1 << 4)
  /// Accesses to ports.
  public static let io = TraceCategories(rawValue: 1 << 5)
  /// Each instruction.
  public static let instructions = TraceCategories(rawValue: 1 << 6)
  /// Calls and the ways back, as a tree.
  public static let calls = TraceCategories(rawValue: 1 << 7)
  /// What `kemu trace` tells of if nothing is asked for.
  public static let usual: TraceCategories = [.faults, .interrupts, .control]
  /// All there are.
  public static let all: TraceCategories = [.usual, .paging, .io, .mmio, .instructions, .calls]

  private static let names: [(String, TraceCategories)] = [
    ("faults", .faults), ("interrupts", .interrupts), ("paging", .paging), ("control", .control),
    ("io", .io), ("mmio", .mmio), ("calls", .calls), ("instructions", .instructions), ("all", .all),
    ("none", []),
  ]

  /// The names in a sentence: `faults, interrupts, all and none`.
  static var list: String {
    names.dropLast().map(\.0).joined(separator: ", ") + " and " + (names.last?.0 ?? "")
  }

  /// Reads names with commas between them.
  public init(_ list: String) throws(OptionError) {
    self = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let category = Self.names.first(where: { $0.0 == word }) else {
        throw .notTraced(String(word))
      }
      formUnion(category.1)
    }
  }

  /// What the machine has to tell for it.
  var watched: Event.Categories {
    var watched: Event.Categories = []
    if !isDisjoint(with: [.interrupts, .instructions, .calls]) {
      watched.insert(.deliveries)
    } else if contains(.faults) {
      watched.insert(.exceptions)
    }
    if contains(.interrupts) { watched.insert(.transfers) }
    if contains(.control) { watched.insert(.control) }
    if contains(.io) { watched.insert(.ports) }
    if contains(.paging) { watched.insert(.paging) }
    if contains(.mmio) { watched.insert(.memory) }
    if !isDisjoint(with: [.instructions, .calls]) { watched.insert(.visits) }
    return watched
  }
}

/// How events are written.
public enum TraceFormat: String, Sendable {
  /// For people.
  case text
  /// For programs: a JSON object on each line (docs/trace.schema.json).
  case json

  /// Reads `text` or `json`.
  public init(_ name: String) throws(OptionError) {
    guard let format = TraceFormat(rawValue: name) else { throw .notAFormat(name) }
    self = format
  }
}

/// What is traced, how, and to where.
public struct TraceOptions: Equatable, Sendable {
  /// What is traced; nil for what the command tells of by itself.
  public var categories: TraceCategories?
  /// How it is written.
  public var format = TraceFormat.text
  /// The file it is written to; nil for where the command writes it.
  public var file: String?

  /// Nothing is asked for.
  public init() {}
}
