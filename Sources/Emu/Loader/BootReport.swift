// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why a file can or cannot boot: what was looked at, what was found, and the verdict.
public struct BootReport: Equatable, Sendable, CustomStringConvertible {
  /// The file's name.
  public var file: String
  /// What was found, one line each, from the file's outside to its inside.
  public var findings: [String]
  /// What will not be as the kernel asked.
  public var warnings: [String]
  /// Nil if the file boots.
  public var error: LoadError?

  /// Looks at `kernel` as the loader does for a machine with this memory.
  public init(kernel: [UInt8], name: String, memory: MemoryMap) {
    file = name
    findings = ["file: \(kernel.count) bytes"]
    warnings = []
    do throws(LoadError) {
      let bytes = try unpack(kernel)
      describe(HeaderSearch(bytes))
      describe(bytes)
      describe(
        try Loader.plan(
          kernel: bytes, name: name, commandLine: "", modules: [], memory: memory))
    } catch {
      self.error = error
    }
  }

  /// The report as text: findings, warnings, verdict.
  public var description: String {
    let verdict = error.map { "cannot boot: \($0.problem)" } ?? "boots"
    let lines = findings + warnings.map { "warning: \($0)" } + [verdict]
    return lines.map { "\(file): \($0)\n" }.joined()
  }

  private mutating func unpack(_ kernel: [UInt8]) throws(LoadError) -> [UInt8] {
    do throws(LoadError.Problem) {
      let bytes = try Loader.unpacked(kernel)
      if bytes.count != kernel.count { findings.append("gzip: unpacks to \(bytes.count) bytes") }
      return bytes
    } catch {
      throw LoadError(file: file, problem: error)
    }
  }

  private mutating func describe(_ search: HeaderSearch) {
    let found: [(HeaderSearch.BootProtocol, Int?)] = [
      (.multiboot1, search.multiboot1), (.multiboot2, search.multiboot2),
    ]
    for (kind, offset) in found {
      let place = offset.map { "header at offset \(hex($0))" } ?? "no header"
      findings.append(
        "\(kind): \(place); searched the first \(kind.searchLength) bytes at multiples of "
          + "\(kind.alignment)")
    }
    findings += search.nearMisses.map { "\($0)" }
  }

  private mutating func describe(_ bytes: [UInt8]) {
    guard let elf = try? ELFFile(parsing: bytes) else { return }
    findings.append(
      "ELF\(elf.width == .elf32 ? 32 : 64): machine \(elf.machine.rawValue), type "
        + "\(elf.type.rawValue), entry \(hex(elf.entry.value)), \(elf.segments.count) program "
        + "headers, \(elf.sections.count) sections")
    for (index, segment) in elf.segments.enumerated() where segment.type == .load {
      findings.append(
        "segment \(index): \(hex(segment.fileSize)) bytes at offset \(hex(segment.offset)) to "
          + "physical \(hex(segment.physical.value)), virtual \(hex(segment.virtual.value)), "
          + "\(hex(segment.memorySize)) bytes in memory")
    }
  }

  private mutating func describe(_ plan: LoadPlan) {
    let kind = plan.eax == Multiboot1.loaderMagic ? "multiboot1" : "multiboot2"
    findings.append("\(kind): entered at physical \(hex(plan.entry.value))")
    warnings = plan.warnings
  }
}
