// SPDX-License-Identifier: GPL-2.0-or-later

/// The allocator that `heap=NAME` on the command line chooses.
///
/// An enum rather than an existential, which Embedded Swift lacks; each case changes in place.
enum ChosenAllocator: BlockAllocator {
  case bump(BumpAllocator)
  case list(ListAllocator)
  case blocks(SizedBlockAllocator)

  /// The allocators there are.
  enum Kind: CaseIterable {
    case bump, list, blocks

    /// What it is called on the command line.
    var name: StaticString {
      switch self {
      case .bump: "bump"
      case .list: "list"
      case .blocks: "blocks"
      }
    }
  }

  /// An allocator of that kind for `region`.
  init?(_ kind: Kind, _ region: UnsafeMutableRawBufferPointer) {
    switch kind {
    case .bump:
      guard let allocator = BumpAllocator(region) else { return nil }
      self = .bump(allocator)
    case .list:
      guard let allocator = ListAllocator(region) else { return nil }
      self = .list(allocator)
    case .blocks:
      guard let allocator = SizedBlockAllocator(region) else { return nil }
      self = .blocks(allocator)
    }
  }

  mutating func allocate(size: Int, alignment: Int) -> UnsafeMutableRawPointer? {
    switch self {
    case .bump(var allocator):
      defer { self = .bump(allocator) }
      return allocator.allocate(size: size, alignment: alignment)
    case .list(var allocator):
      defer { self = .list(allocator) }
      return allocator.allocate(size: size, alignment: alignment)
    case .blocks(var allocator):
      defer { self = .blocks(allocator) }
      return allocator.allocate(size: size, alignment: alignment)
    }
  }

  mutating func deallocate(_ block: UnsafeMutableRawPointer) {
    switch self {
    case .bump: break
    case .list(var allocator):
      allocator.deallocate(block)
      self = .list(allocator)
    case .blocks(var allocator):
      allocator.deallocate(block)
      self = .blocks(allocator)
    }
  }

  mutating func extend(by count: Int) {
    switch self {
    case .bump(var allocator):
      allocator.extend(by: count)
      self = .bump(allocator)
    case .list(var allocator):
      allocator.extend(by: count)
      self = .list(allocator)
    case .blocks(var allocator):
      allocator.extend(by: count)
      self = .blocks(allocator)
    }
  }

  var freeBytes: Int {
    switch self {
    case .bump(let allocator): allocator.freeBytes
    case .list(let allocator): allocator.freeBytes
    case .blocks(let allocator): allocator.freeBytes
    }
  }
}
