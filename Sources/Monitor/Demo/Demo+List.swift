// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Demo {
  /// The demos of the bundled kernel, in the order in which they build on one another, and then those of
  /// small guests, which show what the kernel has not.
  static let all = ofKernel + ofGuests

  /// Those of the kernel: `demo=NAME` on its command line (docs/kernel.md).
  // swift-format-ignore
  static let ofKernel: [Demo] = [
    .kernel("timer", .irq(.timer), "the timer interrupts, a hundred times a second",
      "After each tick the kernel tells the controller that it is done; else there would be only one.",
      shows: "It did not crash!"),
    .kernel("keyboard", .irq(.keyboard), "keys are typed, and each interrupts",
      "A key interrupts twice, when it goes down and when it comes up; Shift is a key, too.",
      typing: "Hello, kemu!<Esc>", shows: "Hello, kemu!"),
    .kernel("breakpoint", .vector(.breakpoint), "INT3, and the program goes on behind it",
      "What is pushed as RIP lies behind INT3, so that IRET goes on there: look at push and enter.",
      shows: "It did not crash!"),
    .kernel("divide-error", .vector(.divideError), "a division by zero",
      "What is pushed as RIP is the DIV itself: a handler that mended it could let it try again.",
      shows: "EXCEPTION: DIVIDE ERROR"),
    .kernel("invalid-opcode", .vector(.invalidOpcode), "UD2, an instruction that is none",
      "UD2 is never valid; a compiler puts it where a program must not come to.",
      shows: "EXCEPTION: INVALID OPCODE"),
    .kernel("page-fault", .vector(.pageFault), "a read of a page that was unmapped",
      "The walk ends at the entry whose P is 0, and the error code says the same: P=0.",
      shows: "EXCEPTION: PAGE FAULT"),
    .kernel("repair", .vector(.pageFault), "pages that get their frames when they are first used",
      "The handler maps a page and returns: what is pushed as RIP is the instruction that tries again.",
      shows: "with 3 page faults"),
    .kernel("general-protection", .vector(.generalProtection), "a selector without a descriptor",
      "The error code names the selector's entry, which lies behind the end of the GDT.",
      shows: "EXCEPTION: GENERAL PROTECTION"),
    .kernel("write-to-text", .vector(.pageFault), "a store to the kernel's own code",
      "The page is there, so P=1; what decides is R/W of its entry, since CR0.WP binds the kernel as well.",
      shows: "EXCEPTION: PAGE FAULT"),
    .kernel("execute-heap", .vector(.pageFault), "a jump into the heap",
      "The page may be read and written; what decides is XD, and the error code has I/D=1.",
      shows: "EXCEPTION: PAGE FAULT"),
    .kernel("guard-page", .vector(.pageFault), "a store to the page below the stack",
      "That page is left out of the tables for this: P of its entry is 0.",
      shows: "EXCEPTION: PAGE FAULT"),
    .kernel("double-fault", .vector(.pageFault), "a page fault whose gate is not present",
      "Delivering #PF fails at its gate with #NP; two such faults in a row become #DF.",
      shows: "EXCEPTION: DOUBLE FAULT"),
    .kernel("stack-overflow", .vector(.pageFault), "recursion without end, into the guard page",
      "The frame of #PF cannot be pushed on the full stack. #DF has another one: IST in its gate.",
      shows: "EXCEPTION: DOUBLE FAULT"),
    .kernel("triple-fault", .vector(.pageFault), "the same, with no stack for the double fault",
      "IST of the gate of #DF is 0, so its frame goes where there is no room, either.",
      shows: .tripleFault),
  ]

  /// Those of small guests.
  // swift-format-ignore
  static let ofGuests: [Demo] = [
    .guest("system-call", letter: "s", 0x80, "INT 0x80 in ring 3, through a gate that lets it",
      "DPL of the gate is 3. The handler runs in ring 0, on the stack that the TSS names."),
    .guest("user-page-fault", letter: "w", 14, "a program in ring 3 writes to a page of the kernel's",
      "Every entry of the walk is present; what decides is U/S of the last one."),
    .guest("user-halt", letter: "g", 13, "a program in ring 3 tries to stop the processor",
      "HLT is for ring 0 alone: #GP with error code 0, which names no selector."),
  ]

  /// The demo with this name; nil if there is none.
  static func named(_ name: String) -> Demo? { all.first { $0.name == name } }

  private enum Source {
    case irq(IRQLine)
    case vector(Exception)

    /// The kernel has its controllers' lines from vector 32 on.
    var vector: UInt8 {
      switch self {
      case .irq(let line): 32 + line.rawValue
      case .vector(let exception): exception.rawValue
      }
    }
  }

  /// Lines of the interrupt controllers.
  private enum IRQLine: UInt8 { case timer, keyboard }

  private static func kernel(
    _ name: String, _ source: Source, _ summary: String, _ lesson: String, typing keys: String = "",
    shows text: String
  ) -> Demo {
    kernel(name, source, summary, lesson, typing: keys, shows: .screen(text))
  }

  private static func kernel(
    _ name: String, _ source: Source, _ summary: String, _ lesson: String, typing keys: String = "",
    shows outcome: Outcome
  ) -> Demo {
    Demo(
      name: name, summary: summary, lesson: lesson, image: .kernel, commandLine: "demo=\(name)",
      keys: keys, vector: source.vector, outcome: outcome)
  }

  private static func guest(
    _ name: String, letter: String, _ vector: UInt8, _ summary: String, _ lesson: String
  ) -> Demo {
    Demo(
      name: name, summary: summary, lesson: lesson, image: .delivery, commandLine: letter, keys: "",
      vector: vector, outcome: .exit(0x10))
  }
}
