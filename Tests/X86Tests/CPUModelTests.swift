// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("The processor model")
struct CPUModelTests {
  private func words(_ leaf: UInt32, _ subleaf: UInt32 = 0) -> [UInt32] {
    let r = CPUModel.cpuid(leaf: leaf, subleaf: subleaf)
    return [r.eax, r.ebx, r.ecx, r.edx]
  }

  private func text(_ words: [UInt32]) -> String {
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }

  @Test("calls itself GenuineIntel and kemu")
  func names() {
    let vendor = CPUModel.cpuid(leaf: 0, subleaf: 0)
    #expect(text([vendor.ebx, vendor.edx, vendor.ecx]) == "GenuineIntel")
    let brand = (0x8000_0002...0x8000_0004).flatMap { words($0) }
    #expect(text(brand) == "kemu virtual processor @ 1.00GHz")
  }

  @Test(
    "answers every leaf beyond a range as the highest basic one",
    arguments: [
      0x17, 0x1f, 0x4000_0000, 0x7fff_ffff, 0x8000_0009, 0xc000_0000, 0xffff_ffff,
    ] as [UInt32])
  func beyondRange(leaf: UInt32) {
    #expect(words(0)[0] == 0x16)
    #expect(words(0x8000_0000)[0] == 0x8000_0008)
    #expect(words(leaf) == words(0x16))
    #expect(words(leaf) != [0, 0, 0, 0])
  }

  @Test(
    "answers a leaf without meaning with zeros",
    arguments: [
      (3, 0), (4, 0), (7, 1), (0xb, 0), (0xd, 0), (0x14, 0), (0x8000_0006, 0),
    ] as [(UInt32, UInt32)])
  func empty(leaf: UInt32, subleaf: UInt32) {
    #expect(words(leaf, subleaf) == [0, 0, 0, 0])
  }

  @Test(
    "promises what 64-bit kernels need",
    arguments: [
      (1, 3, [0, 3, 4, 5, 6, 8, 11, 13, 15, 16, 19, 24, 25, 26]),
      (1, 2, [0, 13, 23]),
      (7, 1, [0, 7, 20]),
      (0x8000_0001, 3, [11, 20, 26, 27, 29]),
      (0x8000_0001, 2, [0]),
    ] as [(UInt32, Int, [UInt32])])
  func promises(leaf: UInt32, register: Int, bits: [UInt32]) {
    let word = words(leaf)[register]
    #expect(bits.filter { word >> $0 & 1 == 0 } == [])
  }

  @Test(
    "does not promise what the machine lacks",
    arguments: [
      (1, 3, [1, 7, 9, 12, 14, 28]),  // VME MCE APIC MTRR MCA HTT
      (1, 2, [1, 3, 5, 9, 12, 17, 19, 20, 21, 25, 26, 27, 28, 30, 31]),
      (7, 1, [3, 5, 8, 10, 16, 18, 19]),  // BMI1 AVX2 BMI2 INVPCID AVX512F RDSEED ADX
    ] as [(UInt32, Int, [UInt32])])
  func lacks(leaf: UInt32, register: Int, bits: [UInt32]) {
    let word = words(leaf)[register]
    #expect(bits.filter { word >> $0 & 1 == 1 } == [])
  }

  @Test("counts its time stamps at 1 GHz")
  func frequency() {
    let tsc = CPUModel.cpuid(leaf: 0x15, subleaf: 0)
    #expect(UInt64(tsc.ecx) * UInt64(tsc.ebx) / UInt64(tsc.eax) == CPUModel.tscHertz)
    #expect(CPUModel.cpuid(leaf: 0x16, subleaf: 0).eax == 1000)
    #expect(CPUModel.cpuid(leaf: 0x8000_0007, subleaf: 0).edx == 1 << 8)
  }

  @Test("has the address widths and page sizes that the walk assumes")
  func widths() {
    #expect(CPUModel.cpuid(leaf: 0x8000_0008, subleaf: 0).eax == 0x3028)
    #expect(CPUModel.hasPages1GiB == (FeatureWord.extended1EDX.bits >> 26 & 1 == 1))
  }

  @Test("gives the engine the same words as CPUID")
  func featureWords() {
    let cpuid = [
      words(1)[3], words(1)[2], words(7)[1], words(0x8000_0001)[3], words(0x8000_0001)[2],
    ]
    #expect(FeatureWord.allCases.map(\.bits) == cpuid)
  }
}
