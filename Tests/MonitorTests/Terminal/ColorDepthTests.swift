// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@testable import Monitor

@Suite struct ColorDepthTests {
  @Test(arguments: [
    (["TERM": "xterm"], ColorDepth.sixteen),
    (["TERM": "xterm-256color"], .cube),
    (["TERM": "xterm-256color", "COLORTERM": "truecolor"], .full),
    (["COLORTERM": "truecolor", "NO_COLOR": "1"], .none),
    (["COLORTERM": "truecolor", "NO_COLOR": ""], .full),
    (["TERM": "xterm", "FORCE_COLOR": "3"], .full),
    (["NO_COLOR": "1", "FORCE_COLOR": "1"], .none),
    ([:], .sixteen),
  ])
  func `the environment decides the colours`(environment: [String: String], depth: ColorDepth) {
    #expect(ColorDepth(environment: environment) == depth)
  }

  @Test func `colour is forced only when asked for`() {
    #expect(ColorDepth.forced(by: ["TERM": "xterm"]) == nil)
    #expect(ColorDepth.forced(by: ["FORCE_COLOR": "0"]) == nil)
    #expect(ColorDepth.forced(by: ["FORCE_COLOR": "1"]) == .sixteen)
    #expect(ColorDepth.forced(by: ["FORCE_COLOR": "2", "NO_COLOR": "1"]) == nil)
  }

  @Test(
    arguments: [
      (0x07, ColorDepth.sixteen, [37, 40]), (0x1F, .sixteen, [97, 44]),
      (0xE4, .sixteen, [31, 103]),
      (0x06, .cube, [38, 5, 130, 48, 5, 16]),
      (0x2F, .full, [38, 2, 255, 255, 255, 48, 2, 0, 170, 0]),
      (0x0F, .none, [1]), (0x17, .none, [7]), (0x2F, .none, [1, 7]), (0x07, .none, []),
    ] as [(UInt8, ColorDepth, [Int])])
  func `an attribute has its parameters at every depth`(
    attribute: UInt8, depth: ColorDepth, parameters: [Int]
  ) {
    #expect(Style(colors: ColorCode(rawValue: attribute)).parameters(depth) == parameters)
  }
}
