// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=frames`: what memory there is, who has it, and how many frames are left to allocate.
enum FramesDemo {
  /// Prints it, and allocates every frame.
  static func show(_ information: BootInformation) {
    let inventory = Memory.openFrames(information)
    Console.printHeading("memory areas")
    inventory.available.forEach { range in
      Console.print("  \(range)  \(range.size / 1024) KiB")
    }
    Console.printHeading("kernel sections")
    showSections(information)
    Console.printHeading("taken")
    inventory.taken.forEach { taken in
      guard taken.owner != .kernel else { return }  // shown above
      Console.print("  \(taken.range)  \(taken.owner)")
    }
    Console.print(
      "the blog's allocator finds \(inventory.blogFrameCount), with frame 0 and halves of frames")
    allocateAll()
  }

  private static func showSections(_ information: BootInformation) {
    guard let sections = information.sections else { return }
    let names = SectionNames(sections, below: Memory.bootMappingEnd)
    var others: UInt64 = 0
    var bytes: UInt64 = 0
    for index in 0..<sections.count {
      guard let section = sections[index], section.address.value != 0 else { continue }
      if section.flags.contains(.allocated) {
        let start = PhysAddr(section.address.value)
        Console.print(
          "  \(start..<start + section.size)  \(section.flags)  \(names[section])")
      } else {
        others += 1
        bytes += section.size
      }
    }
    Console.print("  and \(others) for debuggers, \(bytes / 1024) KiB")
  }

  private static func allocateAll() {
    let free = Memory.frames.freeCount
    var count: UInt64 = 0
    var last: UInt64 = 0
    while let frame = Memory.frames.allocate() {
      if count > 0 && frame.number <= last { panic("Frame \(frame.number) came after \(last)") }
      count += 1
      last = frame.number
    }
    Console.print("allocated \(count) frames of \(free), \(color: .white)each another one")
  }
}

extension Text {
  /// Where a range begins, and where what follows it does.
  mutating func appendInterpolation(_ range: Range<PhysAddr>) {
    appendInterpolation("\(range.lowerBound)..<\(range.upperBound)" as Text)
  }

  /// A section's rights, in the form of `ls`.
  fileprivate mutating func appendInterpolation(_ flags: ELFSectionHeader.Flags) {
    appendLiteral("r")
    appendLiteral(flags.contains(.writable) ? "w" : "-")
    appendLiteral(flags.contains(.executable) ? "x" : "-")
  }
}
