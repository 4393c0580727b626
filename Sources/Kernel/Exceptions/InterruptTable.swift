// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The interrupt descriptor table: where the processor goes for each of the 256 vectors.
struct InterruptTable {
  /// 256 entries of two words each; they belong to the processor as well, and stay where they are.
  private let words: UnsafeMutablePointer<UInt64>
  /// The code segment of all handlers.
  private let code: SegmentSelector

  /// A table in `words` whose gates lead to `stub` of their vectors, by way of segment `code`.
  ///
  /// All are interrupt gates: a handler begins with interrupts off (Intel SDM Vol. 3A §6.12.1.3 "Flag
  /// Usage By Exception- or Interrupt-Handler Procedure").
  init(
    _ words: UnsafeMutablePointer<UInt64>, code: SegmentSelector, stub: (UInt8) -> VirtAddr
  ) {
    self.words = words
    self.code = code
    for vector in UInt8.min...UInt8.max {
      self[vector] = GateDescriptor(.interruptGate, selector: code, offset: stub(vector).value)
    }
  }

  /// The table that is in `words` already.
  init(existing words: UnsafeMutablePointer<UInt64>, code: SegmentSelector) {
    self.words = words
    self.code = code
  }

  /// The gate for a vector.
  subscript(vector: UInt8) -> GateDescriptor {
    get {
      GateDescriptor(low: words[Int(vector) * 2], high: words[Int(vector) * 2 + 1])
    }
    nonmutating set {
      words[Int(vector) * 2] = newValue.low
      words[Int(vector) * 2 + 1] = newValue.high
    }
  }

  /// Has the handler of `exception` begin on `stack` of the interrupt stack table, 1...7, or on the
  /// interrupted code's stack for 0.
  func use(stack: UInt8, for exception: Exception) {
    let gate = self[exception.rawValue]
    self[exception.rawValue] = GateDescriptor(
      .interruptGate, selector: code, offset: gate.offset, stack: stack)
  }

  /// Has `exception` find a gate that is not present.
  func remove(_ exception: Exception) {
    let gate = self[exception.rawValue]
    self[exception.rawValue] = GateDescriptor(
      .interruptGate, selector: code, offset: gate.offset, isPresent: false)
  }
}
