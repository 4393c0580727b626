// SPDX-License-Identifier: GPL-2.0-or-later

extension PageWalk {
  /// Up to four steps, stored in place: a walk allocates nothing.
  public struct Steps: RandomAccessCollection, Equatable, Sendable {
    @usableFromInline var storage: InlineArray<4, Step>
    @usableFromInline var stored: Int

    @inlinable init() {
      storage = InlineArray(repeating: .unused)
      stored = 0
    }

    /// 0: the step at the top.
    @inlinable public var startIndex: Int { 0 }
    /// The number of steps.
    @inlinable public var endIndex: Int { stored }

    /// The step `position` levels below the top.
    @inlinable public internal(set) subscript(position: Int) -> Step {
      get {
        precondition(position < stored, "step out of range")
        return storage[position]
      }
      set { storage[position] = newValue }
    }

    @inlinable @inline(__always) mutating func append(_ step: Step) {
      storage[stored] = step
      stored += 1
    }

    /// Whether both hold the same steps.
    @inlinable public static func == (a: Steps, b: Steps) -> Bool {
      a.elementsEqual(b)
    }
  }
}

extension PageWalk.Step {
  /// What fills the places that no step has taken.
  @inlinable static var unused: PageWalk.Step {
    PageWalk.Step(
      level: .pt, index: 0, entryAddress: PhysAddr(0), entry: PageTableEntry(rawValue: 0),
      rights: [])
  }
}
