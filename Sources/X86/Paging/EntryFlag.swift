// SPDX-License-Identifier: GPL-2.0-or-later

/// A flag of a paging-structure entry in words.
public struct EntryFlag: Sendable {
  /// Where it lies in the entry.
  public let bit: UInt8
  /// The manual's name.
  public let name: String
  /// What it says when it is 0.
  public let clear: String
  /// What it says when it is 1.
  public let set: String
  /// The kinds of entries that have it.
  public let places: Places

  /// Kinds of entries, as far as their flags differ.
  public struct Places: OptionSet, Hashable, Sendable {
    /// The kinds.
    public let rawValue: UInt8

    /// The kinds with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// One of the four PDPTEs of PAE paging.
    public static var pointer: Places { Places(rawValue: 1 << 0) }
    /// An entry that leads to a table.
    public static var table: Places { Places(rawValue: 1 << 1) }
    /// An entry that maps a 4 KiB page.
    public static var page: Places { Places(rawValue: 1 << 2) }
    /// An entry that maps a larger page.
    public static var largePage: Places { Places(rawValue: 1 << 3) }
    /// All that maps a page.
    static var pages: Places { [.page, .largePage] }
    /// All but the pointers.
    static var entries: Places { [.table, .page, .largePage] }
    /// All.
    static var all: Places { [.pointer, .table, .page, .largePage] }
  }

  init(_ bit: UInt8, _ name: String, _ clear: String, _ set: String, in places: Places) {
    (self.bit, self.name, self.clear, self.set) = (bit, name, clear, set)
    self.places = places
  }

  /// Whether it is 1 in `entry`.
  public func isSet(in entry: PageTableEntry) -> Bool { entry.rawValue >> UInt64(bit) & 1 == 1 }

  /// Whether an entry of this kind has it, with this paging mode.
  public func exists(in place: Places, _ mode: PagingMode) -> Bool {
    places.contains(place) && (bit < 32 || mode != .bits32)
  }

  /// All flags, from the highest bit down, as an entry is written.
  ///
  /// Intel SDM Vol. 3A Tables 4-5 to 4-20, "Format of ...", one for each kind of entry.
  // swift-format-ignore
  public static var all: InlineArray<12, EntryFlag> {
    [
      //        bit name   when 0              when 1             in
      EntryFlag(63, "XD",  "executable",       "not executable",  in: .entries),
      EntryFlag(12, "PAT", "PAT bit clear",    "PAT bit set",     in: .largePage),
      EntryFlag(8,  "G",   "goes with CR3",    "global",          in: .pages),
      EntryFlag(7,  "PAT", "PAT bit clear",    "PAT bit set",     in: .page),
      EntryFlag(7,  "PS",  "leads to a table", "maps a page",     in: [.table, .largePage]),
      EntryFlag(6,  "D",   "not written to",   "written to",      in: .pages),
      EntryFlag(5,  "A",   "not used yet",     "used",            in: .entries),
      EntryFlag(4,  "PCD", "cached",           "not cached",      in: .all),
      EntryFlag(3,  "PWT", "written back",     "written through", in: .all),
      EntryFlag(2,  "U/S", "supervisor only",  "user",            in: .entries),
      EntryFlag(1,  "R/W", "read-only",        "writable",        in: .entries),
      EntryFlag(0,  "P",   "not present",      "present",         in: .all),
    ]
  }
}
