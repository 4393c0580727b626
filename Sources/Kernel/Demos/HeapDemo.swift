// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=heap`: all that Swift puts on a heap, and the heap as it was when it is over.
///
/// With `heap=bump` it ends in a panic: 10 000 strings that live for a moment each are too many for an
/// allocator that takes nothing back.
enum HeapDemo {
  /// Uses the heap and tells how that went.
  static func show(_ options: BootOptions, _ information: BootInformation) {
    Memory.open(information, heap: options.heap)
    report("at the start")
    arrays()
    dictionaries()
    strings()
    objects()
    closures()
    report("all of that is gone")
    growth()
    manyStrings()
    report("so are they")
    Console.print("It did not crash!", color: ColorCode(.lightGreen))
  }

  private static func arrays() {
    var squares: [Int] = []
    for number in 1...1000 { squares.append(number * number) }
    squares.sort(by: >)
    Console.print(
      "array       1000 squares, the largest \(squares[0]), sum \(squares.reduce(0, +))")
  }

  private static func dictionaries() {
    var roots: [Int: Int] = [:]
    for number in 0..<500 { roots[number * number] = number }
    for number in stride(from: 0, to: 500, by: 2) { roots[number * number] = nil }
    let words = ["heap": 1, "stack": 2, "frame": 3]
    let (heap, frame) = (words["heap"] ?? 0, words["frame"] ?? 0)
    Console.print(
      "dictionary  \(roots.count) roots, 1849 has \(roots[1849] ?? 0); \(heap), \(frame)")
  }

  private static func strings() {
    var text = "a string that is too long for its own fifteen bytes"
    text += ", and grows"
    let same = text == "a string that is too long for its own fifteen bytes" + ", and grows"
    Console.print("string      \(text): \(same)")
  }

  /// A tree that counts itself when it goes.
  private final class Node {
    nonisolated(unsafe) static var count = 0
    let children: [Node]

    init(depth: Int) {
      children = depth == 0 ? [] : (0..<2).map { _ in Node(depth: depth - 1) }
      Node.count += 1
    }

    deinit { Node.count -= 1 }
  }

  private static func objects() {
    var tree: Node? = Node(depth: 7)
    let before = Node.count
    let branches = tree?.children.count ?? 0
    tree = nil
    let left = Node.count
    Console.print(
      "class       a tree of \(before) in \(branches) branches, \(left) when it is let go")
  }

  private static func closures() {
    let adders = (1...10).map { step in { (value: Int) in value + step } }
    Console.print("closure     ten of them add up to \(adders.reduce(0) { $1($0) })")
  }

  private static func growth() {
    let numbers = [Int](repeating: 1, count: 40_000)
    let growths = Heap.statistics.growths
    Console.print("growth      \(numbers.reduce(0, +)) numbers made the heap grow \(growths) time")
  }

  private static func manyStrings() {
    var length = 0
    for number in 0..<10_000 {
      var text = "a string that lives for a moment, one of ten thousand, and this is number "
      for _ in 0..<3 { text += "\(number) " }
      length += text.utf8.count
    }
    Console.print("10 000 strings of \(length / 10_000) bytes")
  }

  private static func report(_ when: StaticString) {
    let heap = Heap.statistics
    let bytes: Text = "\(heap.used) bytes of \(heap.size)"
    Console.print(
      "\(when): \(heap.blocks) blocks, \(bytes), \(heap.allocations) allocations",
      color: ColorCode(.yellow))
  }
}
