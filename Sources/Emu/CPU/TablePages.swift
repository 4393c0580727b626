// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The pages of guest memory that are page tables, by their offsets in the block of memory.
struct TablePages {
  private var tables: [UInt64: PagingExtent.Table] = [:]

  /// Takes the page at `offset` as a table, if it is not known as one that is as near to the top: with
  /// recursive entries a table is one of several levels, and several entries may lead to it.
  mutating func note(_ table: PagingExtent.Table, at offset: UInt64) {
    if let known = tables[offset], known.level >= table.level { return }
    tables[offset] = table
  }

  /// The table in the page at `offset`.
  subscript(offset: UInt64) -> PagingExtent.Table? { tables[offset] }

  /// Forgets a page.
  mutating func forget(_ offset: UInt64) { tables[offset] = nil }

  /// The pages.
  var offsets: [UInt64] { Array(tables.keys) }
}
