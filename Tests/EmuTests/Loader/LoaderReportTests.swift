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
          multiboot1  no header in the first 8192 bytes at multiples of 4
          multiboot2  header at offset 0x78
          ELF64       x86-64, executable, entry 0x100000, 1 segment, 0 sections
          segment 0   0x30 bytes at offset 0x78 to physical 0x100000
          entry       physical 0x100000, by multiboot2
          warning     the kernel asks for graphics, 1024 by 768 by 32 bits, and gets
                      VGA text, 80 by 25
        boots

        """)
  }

  @Test func aKernelThatDoesNotBootHasItsReasonLast() {
    let file = [UInt8](repeating: 0, count: 40_000) + TestKernel.multiboot1()
    let report = BootReport(kernel: file, name: "k", memory: .standard)
    #expect(report.error?.problem.offset == 40_000)
    #expect(report.findings.map(\.subject) == ["file", "multiboot1", "multiboot2", "near miss"])
    #expect(
      report.description.hasSuffix(
        """
        cannot boot: the multiboot1 header at offset 0x9c40 is not in the first 8192
                     bytes, where it is looked for: put its section first in the linker
                     script, and link with -n (no page alignment in the file)

        """))
    #expect(report.description.split(separator: "\n").allSatisfy { $0.count < 80 })
  }

  @Test func aSegmentIsSaidToBeFilledUpAndLinkedElsewhere() {
    var kernel = TestKernel(TestKernel.multiboot1())
    kernel.segments[0].memorySize = 0x1000
    kernel.segments[0].virtual = 0xFFFF_FFFF_8010_0000
    let report = BootReport(kernel: kernel.bytes, name: "k", memory: .standard)
    let text = report.findings.first { $0.subject == "segment 0" }?.text ?? ""
    #expect(text.contains("zero bytes to physical 0x100000, linked for 0xffffffff80100000"))
  }

  @Test func aPackedFileIsLookedInto() {
    let packed = LoaderGzipTests.packed(LoaderGzipTests.kernel)
    let report = BootReport(kernel: packed, name: "k.gz", memory: .standard)
    #expect(report.error == nil)
    #expect(report.findings[1].text == "unpacks to \(LoaderGzipTests.kernel.count) bytes")
  }
}
