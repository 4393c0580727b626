// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// `demo=remap`: the kernel in page tables of its own, each part with the rights that it needs.
enum RemapDemo {
  /// Shows what is mapped, and what is not.
  static func show(_ information: BootInformation) {
    let inventory = Memory.openFrames(information)
    Console.printHeading("what will be mapped")
    do throws(KernelLayoutError) {
      try KernelLayout(information, inventory).ranges.forEach { part in
        if part.owner != .symbols { Console.print("  \(part.range)  \(part.owner)") }
      }
    } catch {
      panic("There is no layout: \(error)")
    }
    Memory.remap(information, inventory)
    Console.print("NEW TABLE!!!", color: ColorCode(.white, on: .blue))
    if let page = Memory.guardPage { Console.print("guard page at \(page.start)") }
    Console.printHeading("what is mapped")
    Memory.tables.forEachRange { Console.print("  \($0)") }
  }
}
