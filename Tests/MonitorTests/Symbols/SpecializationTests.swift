// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Monitor

@Suite struct SpecializationTests {
  @Test(arguments: [
    ("Kernel.f() -> ()", "Kernel.f() -> ()"),
    ("function signature specialization <Arg[0] = Dead> of static D.f(A)", "static D.f(A)"),
    ("generic specialization <Array<Int>, (A) -> B> of f<A>(A) -> ()", "f<A>(A) -> ()"),
    ("function signature specialization <A> of generic specialization <I> of f", "f"),
    ("merged generic not re-abstracted specialization <I> of f", "f"),
    ("generic specialization <Arg[0] = Dead", "generic specialization <Arg[0] = Dead"),
    ("generic specialization <A> in f", "generic specialization <A> in f"),
    ("specialization <> of ", ""), ("", ""),
    ("closure #1 in f<A>() of g", "closure #1 in f<A>() of g"),
  ])
  func nameIsThatOfTheFunctionInTheSource(demangled: String, expected: String) {
    #expect(demangled.withoutSpecialization == expected)
  }
}
