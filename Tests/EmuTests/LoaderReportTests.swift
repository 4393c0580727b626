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
        k.elf: file: \(kernel.count) bytes
        k.elf: multiboot1: no header; searched the first 8192 bytes at multiples of 4
        k.elf: multiboot2: header at offset 0x78; searched the first 32768 bytes at multiples of 8
        k.elf: ELF64: machine 62, type 2, entry 0x100000, 1 program headers, 0 sections
        k.elf: segment 0: 0x30 bytes at offset 0x78 to physical 0x100000, virtual 0x100000, \
        0x30 bytes in memory
        k.elf: multiboot2: entered at physical 0x100000
        k.elf: warning: the kernel asks for graphics, 1024 by 768 by 32 bits, and gets VGA text, \
        80 by 25
        k.elf: boots

        """)
  }

  @Test func aKernelThatDoesNotBootHasItsReasonLast() {
    let file = [UInt8](repeating: 0, count: 40_000) + TestKernel.multiboot1()
    let report = BootReport(kernel: file, name: "k", memory: .standard)
    #expect(report.error?.problem.offset == 40_000)
    let lines = report.description.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(lines.last?.hasPrefix("k: cannot boot: the multiboot1 header at offset 0x9c40") == true)
  }
}
