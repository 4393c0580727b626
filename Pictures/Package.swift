// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-2.0-or-later
import PackageDescription

// What draws the pictures of `make docs`. It stands outside the main package so that nothing else builds it:
// kemu and its tests have no use for cairo.
let package = Package(
  name: "Pictures",
  targets: [
    .systemLibrary(name: "CCairo", providers: [.apt(["libcairo2-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .executableTarget(
      name: "pictures", dependencies: ["CCairo", "CZlib"],
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
  ]
)
