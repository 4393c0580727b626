// SPDX-License-Identifier: GPL-2.0-or-later
import Emu
import Testing
import X86

/// The text of `kemu check`.
@Suite struct LoaderReportTests {
  @Test func aKernelThatBootsIsDescribed() {
    let kernel = TestKernel(TestKernel.multiboot2([TestKernel.tag(5, [1024, 768, 32])])).bytes
    let report = BootReport(kernel: kernel, name: "k.elf", memory: .standard)
    #expect(report.error == nil)
    #expect(
      report.description == """
        k.elf
          file        \(kernel.count) bytes
          multiboot1  no header (looked through 8192 bytes at multiples of 4)
          multiboot2  header at offset 0x78 (looked through 32768 bytes at multiples of 8)
          ELF64       machine 62, type 2, entry 0x100000, 1 segments, 0 sections
          segment 0   0x30 bytes at offset 0x78 to physical 0x100000, virtual 0x100000, \
        0x30 bytes in memory
          entry       physical 0x100000, by multiboot2
          warning     the kernel asks for graphics, 1024 by 768 by 32 bits, and gets VGA text, \
        80 by 25
        boots

        """)
  }

  @Test func aKernelThatDoesNotBootHasItsReasonLast() {
    let file = [UInt8](repeating: 0, count: 40_000) + TestKernel.multiboot1()
    let report = BootReport(kernel: file, name: "k", memory: .standard)
    #expect(report.error?.problem.offset == 40_000)
    #expect(report.findings.map(\.subject) == ["file", "multiboot1", "multiboot2", "near miss"])
    let verdict = report.description.split(separator: "\n").last ?? ""
    #expect(verdict.hasPrefix("cannot boot: the multiboot1 header at offset 0x9c40"))
  }

  @Test func aPackedFileIsLookedInto() {
    let packed = LoaderGzipTests.packed(LoaderGzipTests.kernel)
    let report = BootReport(kernel: packed, name: "k.gz", memory: .standard)
    #expect(report.error == nil)
    #expect(report.findings[1].text == "unpacks to \(LoaderGzipTests.kernel.count) bytes")
  }
}
