// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Monitor

/// Names of compilers' symbols, in each of their schemes.
@Suite struct DemangleTests {
  // swift-format-ignore
  @Test(arguments: [
    ("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE", "core::fmt::Write::write_fmt"),
    ("_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE",
     "<Test + 'static as foo::Bar<Test>>::bar"),
    ("_RNvC6_123foo3bar",                       "123foo::bar"),
    ("_RNvNtCs1234_7mycrate3foo3bar",           "mycrate::foo::bar"),
    ("_ZN6screen7Console3putEc",                "screen::Console::put(char)"),
    ("_Z4walkPmj",                              "walk(unsigned long*, unsigned int)"),
    ("_ZNK3FooIiE3barEv",                       "Foo<int>::bar() const"),
    ("_ZN3FooC1Ev",                             "Foo::Foo()"),
    ("$s4main3fooyyF",                          "main.foo() -> ()"),
    ("$e6Kernel9FaultDemoO6repair33_28B092A9371A9AF3572C5BEF5516F306LLyyFZSb3X868VirtAddrV_AF04PageB9ErrorCodeVtcfU_",
     "closure #1 (X86.VirtAddr, X86.PageFaultErrorCode) -> Swift.Bool in static Kernel.FaultDemo.repair() -> ()"),
    ("$e6Kernel9FaultDemoO14readAfterUnmap33_28B092A9371A9AF3572C5BEF5516F306LLyyFZTf4d_n",
     "static Kernel.FaultDemo.readAfterUnmap() -> ()"),
    ("_Z",                                      ""),
    ("_ZN",                                     ""),
    ("_ZN3foo",                                 ""),
    ("_ZN99999999999999999999fooE",             ""),
    ("_R",                                      ""),
    ("_RNvC",                                   ""),
    ("_RNvCB_3foo",                             ""),
    ("kernel_main",                             ""),
    ("_start",                                  ""),
    ("",                                        ""),
  ])
  func aNameBecomesItsDeclarationOrStaysAsItIs(_ symbol: String, _ declaration: String) {
    #expect(demangled(symbol) ?? "" == declaration, "\(symbol)")
  }

  @Test func whatNestsWithoutEndIsNoName() {
    let depth = 100_000
    #expect(demangled("_Z1f" + String(repeating: "P", count: depth)) == nil)
    #expect(demangled("_RMC0" + String(repeating: "R", count: depth) + "e") == nil)
    _ = demangled("_Z1f" + String(repeating: "P", count: depth) + "i")
  }
}
