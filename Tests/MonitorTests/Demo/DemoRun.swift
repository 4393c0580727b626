// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

@testable import Monitor

/// Demos as tests need them: on tape, or as the program prints them.
enum DemoRun {
  static let images = TraceRun.root.appendingPathComponent("images").path

  /// What happens in a demo.
  static func tape(_ name: String) throws -> DemoTape {
    _ = try Kernels.image("delivery")
    let host = Host(environment: ["KEMU_IMAGES": images], executable: nil)
    let demo = try #require(Demo.named(name))
    return try DemoSession(name, all: true, on: host).record(demo).tape
  }

  /// `kemu demo NAME` in a pipe.
  static func run(_ arguments: [String], environment: [String] = []) throws -> Run {
    _ = try Kernels.image("delivery")
    return try Run(
      ["demo"] + arguments, environment: ["KEMU_IMAGES=\(images)"] + environment)
  }
}
