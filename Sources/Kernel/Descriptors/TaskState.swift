// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The task-state segment: in 64-bit mode, the place where the processor looks for stacks.
struct TaskState {
  /// 26 words of memory; they belong to the processor as well, and stay where they are.
  private let words: UnsafeMutablePointer<UInt32>

  /// A segment without stacks, and without a map of ports, in `words`.
  init(_ words: UnsafeMutablePointer<UInt32>) {
    self.words = words
    for index in 0..<Int(TaskStateSegment.Long.size / 4) { words[index] = 0 }
    // The map begins behind the segment: there is none. The offset is the upper half of its word.
    words[Int(TaskStateSegment.ioMapBase / 4)] = TaskStateSegment.Long.size << 16
  }

  /// Has handlers whose gates ask for stack `index`, 1...7, begin at the top of `stack`.
  func set(ist index: UInt8, to stack: KernelStack) {
    precondition(1...7 ~= index)
    let word = Int(TaskStateSegment.Long.ist(index) / 4)
    words[word] = UInt32(truncatingIfNeeded: stack.top.value)
    words[word + 1] = UInt32(truncatingIfNeeded: stack.top.value >> 32)
  }
}
