// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// Files that tests need and that something else has to make.
enum TestFiles {
  /// The root of the checkout.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The bytes of images/NAME.elf.
  static func image(_ name: String) throws -> [UInt8] {
    try bytes(root.appendingPathComponent("images/\(name).elf"), madeBy: "make images")
  }

  /// The path of images/NAME.iso.
  static func iso(_ name: String) throws -> String {
    let file = root.appendingPathComponent("images/\(name).iso")
    _ = try bytes(file, madeBy: "make iso")
    return file.path
  }

  /// The game of Debian's package grub-invaders, a multiboot1 kernel that nobody here wrote.
  static func invaders() throws -> [UInt8] {
    try bytes(
      URL(fileURLWithPath: "/boot/invaders.exec"), madeBy: "apt-get install grub-invaders")
  }

  private static func bytes(_ file: URL, madeBy command: String) throws -> [UInt8] {
    let data = try? Data(contentsOf: file, options: .mappedIfSafe)
    return [UInt8](try #require(data, "there is no \(file.path); `\(command)` makes it"))
  }
}
