// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-2.0-or-later
import PackageDescription

/// Every Swift target is held to the same rules: language mode 6, and a warning is an error.
let rules: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "kemu",
  products: [
    .executable(name: "kemu", targets: ["kemu"]),
    .executable(name: "Kernel", targets: ["Kernel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // The architecture as values; imports nothing, builds for Linux and for Embedded Swift.
    .target(name: "X86", swiftSettings: rules),

    // The machine. Here it is linked with libunicorn.so; `make kemu` links libunicorn.a instead.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    // Capstone is loaded when it is needed, so nothing is linked.
    .target(name: "CCapstone"),
    .target(name: "CEngine", linkerSettings: [.linkedLibrary("unicorn")]),
    .target(name: "Emu", dependencies: ["X86", "CEngine", "CZlib"], swiftSettings: rules),

    // The person's view of it; libdw is not linked, but loaded when something is to be named.
    .target(name: "CDebugInfo", linkerSettings: [.linkedLibrary("iberty")]),
    .target(
      name: "Monitor",
      dependencies: [
        "X86", "Emu", "CCapstone", "CDebugInfo",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: rules),
    .executableTarget(
      name: "kemu",
      dependencies: [
        "Monitor", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: rules),

    // The kernel: bare metal with `make images`, for its tests a program on the build host.
    .target(name: "Boot"),
    .executableTarget(
      name: "Kernel", dependencies: ["Boot", "X86"],
      exclude: ["kernel.ld", "kernel.toolset.json"], swiftSettings: rules),

    // What `make bench` runs many machines in: linked as kemu is.
    .executableTarget(
      name: "machines", dependencies: ["Emu"], path: "Benchmarks/Machines", swiftSettings: rules),

    // Likewise, to keep traces in memory.
    .executableTarget(
      name: "tracing", dependencies: ["Emu"], path: "Benchmarks/Tracing", swiftSettings: rules),

    // Random guests, in a process of their own that may crash.
    .executableTarget(
      name: "soak", dependencies: ["Emu", "X86"], path: "Tests/Soak", swiftSettings: rules),

    .testTarget(name: "X86Tests", dependencies: ["X86"], swiftSettings: rules),
    .testTarget(name: "EmuTests", dependencies: ["Emu", "X86"], swiftSettings: rules),
    .testTarget(name: "KernelTests", dependencies: ["Kernel", "Boot"], swiftSettings: rules),
    .testTarget(
      name: "MonitorTests", dependencies: ["Monitor", "Emu", "X86"], swiftSettings: rules),
  ]
)
