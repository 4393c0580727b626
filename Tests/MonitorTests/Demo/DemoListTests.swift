// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Monitor

@Suite struct DemoListTests {
  @Test func `the demos of design are there, the kernel's first`() {
    let names = Demo.all.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(
      Set(names).isSuperset(of: [
        "timer", "keyboard", "breakpoint", "divide-error", "invalid-opcode", "page-fault",
        "general-protection", "write-to-text", "execute-heap", "guard-page", "double-fault",
        "stack-overflow", "triple-fault",
      ]))
    #expect(Demo.all.prefix(Demo.ofKernel.count).allSatisfy { $0.image == .kernel })
  }

  @Test func `the list has a line for each and fits into 80 columns`() throws {
    let run = try DemoRun.run([])
    #expect(run.exitCode == 0 && run.messages.isEmpty)
    let lines = run.text.split(separator: "\n")
    for demo in Demo.all { #expect(lines.filter { $0.hasPrefix("  \(demo.name) ") }.count == 1) }
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  // swift-format-ignore
  @Test(arguments: [
    ("pagefault",  ["page-fault"]), ("Breakpoint", ["breakpoint"]), ("brakepoint", ["breakpoint"]),
    ("double",     ["double-fault"]), ("overflow", ["stack-overflow"]), ("keyborad", ["keyboard"]),
    ("fault",      ["page-fault", "double-fault", "triple-fault", "user-page-fault"]), ("xyzzy", []), ("", []),
  ])
  func `a name that is none is answered with those near it`(name: String, near: [String]) {
    #expect(DemoList.near(name) == near)
  }

  @Test func `an unknown name is an error of the command line`() throws {
    let run = try DemoRun.run(["tripel-fault"])
    #expect(run.exitCode == 64 && run.text.isEmpty)
    #expect(
      run.messages == """
        kemu: there is no demo tripel-fault; did you mean triple-fault?
        The demos are listed by: kemu demo

        """)
  }

  @Test func `what a demo types is typable`() throws {
    for demo in Demo.all { _ = try KeyText.parse(demo.keys) }
  }
}
