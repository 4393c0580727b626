// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-2.0-or-later
import PackageDescription

// The driver of `make bench`. It stands outside the main package so that nothing else builds it.
let package = Package(
  name: "Benchmarks",
  targets: [
    .executableTarget(
      name: "bench",
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
