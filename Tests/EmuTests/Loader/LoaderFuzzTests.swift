// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// Damaged files: the loader either refuses them or makes a plan that is as sound as any other.
@Suite struct LoaderFuzzTests {
  // SplitMix64: the same damage on every run.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static func seeds() throws -> [[UInt8]] {
    var kernels: [[UInt8]] = []
    let tags = [
      TestKernel.tag(1, [1, 4, 6]), TestKernel.tag(3, [0x10_0000]), TestKernel.tag(4, [3]),
      TestKernel.tag(5, [80, 25, 0]), TestKernel.tag(10, [0x10_0000, .max, 4096, 1]),
    ]
    let fields: [UInt32] = [0x10_0000, 0x10_0000, 0, 0x11_0000, 0x10_0008, 1, 80, 25, 0]
    for width in [ELFClass.elf32, .elf64] {
      for header in [
        TestKernel.multiboot1(), TestKernel.multiboot1(flags: 0x1_0007, fields),
        TestKernel.multiboot2(), TestKernel.multiboot2(tags),
      ] {
        var kernel = TestKernel(header, width: width, memorySize: 0x2000)
        kernel.segments.append(
          TestKernel.Segment(virtual: 0x20_0000, physical: 0x20_0000, bytes: [1, 2, 3]))
        kernel.sections = [
          TestKernel.Section(name: ".text", address: 0x10_0000, bytes: [1]),
          TestKernel.Section(name: ".symtab", type: 2, bytes: .init(repeating: 0, count: 48)),
        ]
        kernels.append(kernel.bytes)
      }
    }
    return try kernels + ["mb1", "mb2"].map { try Guest.bytes("address-fields-\($0).bin") }
  }

  static let interesting: [UInt32] = [
    0, 1, 7, 8, 0x7F, 0xFF, 0xFFF, 0xFFFF, 0x10_0000, 0x7FE_0000, 0x800_0000, 0x7FFF_FFFF,
    0x8000_0000, 0xFFFF_0000, 0xFFFF_FFFC, 0xFFFF_FFFF,
  ]

  static func damage(_ file: [UInt8], _ random: inout Random) -> [UInt8] {
    var file = file
    for _ in 0...Int.random(in: 0...3, using: &random) {
      let offset = Int.random(in: 0..<file.count, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0: file[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: file[offset] = UInt8.random(in: 0...255, using: &random)
      case 2 where file.count > 1: file.removeLast(file.count - max(1, offset))
      default:
        let word = interesting.randomElement(using: &random) ?? 0
        let aligned = offset & ~3
        for (index, byte) in TestKernel.littleEndian([word]).enumerated()
        where aligned + index < file.count {
          file[aligned + index] = byte
        }
      }
    }
    return mended(file)
  }

  // Damage within a header would only ever be found by its checksum; so that is put right.
  static func mended(_ file: [UInt8]) -> [UInt8] {
    var file = file
    for offset in stride(from: 0, to: max(0, file.count - 16), by: 4) {
      let words = (0..<3).map { index in
        (0..<4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(file[offset + index * 4 + $1]) }
      }
      let position: Int
      let sum: UInt32
      switch words[0] {
      case 0x1BAD_B002: (position, sum) = (8, words[0] &+ words[1])
      case 0xE852_50D6: (position, sum) = (12, words[0] &+ words[1] &+ words[2])
      default: continue
      }
      let bytes = TestKernel.littleEndian([0 &- sum])
      file.replaceSubrange(offset + position..<offset + position + 4, with: bytes)
    }
    return file
  }

  @Test func damagedKernelsAreRefusedOrSoundlyPlanned() throws {
    var random = Random(state: 2026)
    var (booted, refused) = (0, 0)
    let module = BootModule(name: "m", arguments: "x", bytes: [1, 2, 3])
    for seed in try Self.seeds() {
      for _ in 0..<3000 {
        let file = Self.damage(seed, &random)
        do throws(LoadError) {
          let plan = try plan(file, modules: [module])
          expectSound(plan, on: .standard)
          booted += 1
          _ = plan.elf?.symbols()
          if plan.eax == Multiboot2.loaderMagic {
            let bytes = PlannedMemory(plan: plan).information ?? []
            #expect(throws: Never.self) { try Multiboot2Info(bytes).forEachTag { _ in } }
          }
        } catch {
          refused += 1
          #expect(!"\(error)".isEmpty)
        }
      }
    }
    // Damage that is always fatal, or never, would test little.
    #expect(booted > 5000 && refused > 5000, "\(booted) booted, \(refused) refused")
  }
}
