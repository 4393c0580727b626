// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A level of the page tables, as a type: what a table's entries lead to is then known to the compiler.
///
/// A `Table<Level4>` has a `next`, which is a `Table<Level3>`, and so on down; a `Table<Level1>` has
/// none, so that no code can take a page for a table.
protocol TableLevel {
  /// The level as a value.
  static var level: PagingLevel { get }
}

/// A level whose entries may point to tables.
protocol ParentLevel: TableLevel {
  /// The level of those tables.
  associatedtype Below: TableLevel
}

/// The page map: one, with 512 entries of 512 GiB.
enum Level4: ParentLevel {
  typealias Below = Level3
  static var level: PagingLevel { .pml4 }
}

/// Page-directory-pointer tables, with entries of 1 GiB.
enum Level3: ParentLevel {
  typealias Below = Level2
  static var level: PagingLevel { .pdpt }
}

/// Page directories, with entries of 2 MiB.
enum Level2: ParentLevel {
  typealias Below = Level1
  static var level: PagingLevel { .pd }
}

/// Page tables, with entries of 4 KiB.
enum Level1: TableLevel {
  static var level: PagingLevel { .pt }
}
