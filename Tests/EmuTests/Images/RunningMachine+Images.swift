// SPDX-License-Identifier: GPL-2.0-or-later
import Testing

@testable import Emu

extension RunningMachine {
  /// images/NAME.elf, with its plan changed.
  convenience init(
    image name: String, commandLine: String = "",
    changing: (inout LoadPlan) throws -> Void = { _ in }
  ) throws {
    try self.init(
      kernel: TestFiles.image(name), name: "\(name).elf", commandLine: commandLine,
      changing: changing)
  }

  /// A kernel's file, with its plan changed.
  convenience init(
    kernel: [UInt8], name: String, commandLine: String = "",
    changing: (inout LoadPlan) throws -> Void = { _ in }
  ) throws {
    var plan = try Loader.plan(
      kernel: kernel, name: name, commandLine: commandLine, modules: [], memory: .standard)
    try changing(&plan)
    try self.init(plan)
  }
}
