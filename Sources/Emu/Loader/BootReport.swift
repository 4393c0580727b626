// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why a file can or cannot boot: what was looked at, what was found, and the verdict.
public struct BootReport: Equatable, Sendable, CustomStringConvertible {
  /// One thing that was looked at, and what was found there.
  public struct Finding: Equatable, Sendable {
    /// "multiboot1", "segment 0", "warning".
    public var subject: String
    /// What is said of it, without a full stop.
    public var text: String
  }

  /// The file's name.
  public var file: String
  /// What was found, from the file's outside to its inside, and then what will not be as the kernel
  /// asked.
  public var findings: [Finding] = []
  /// Nil if the file boots.
  public var error: LoadError?

  /// Looks at `kernel` as the loader does for a machine with this memory.
  public init(kernel: [UInt8], name: String, memory: MemoryMap) {
    file = name
    add("file", "\(kernel.count) bytes")
    do throws(LoadError) {
      let bytes = try unpack(kernel)
      describe(HeaderSearch(bytes))
      if let elf = try? ELFFile(parsing: bytes) { describe(elf) }
      describe(
        try Loader.plan(
          kernel: bytes, name: name, commandLine: "", modules: [], memory: memory))
    } catch {
      self.error = error
    }
  }

  /// The report as text: the file's name, a line for each finding, the verdict.
  public var description: String {
    let width = findings.map(\.subject.count).max() ?? 0
    let lines = findings.map { finding in
      let gap = String(repeating: " ", count: width - finding.subject.count)
      return "  \(finding.subject)\(gap)  \(finding.text)"
    }
    let verdict = error.map { "cannot boot: \($0.problem)" } ?? "boots"
    return ([file] + lines + [verdict]).joined(separator: "\n") + "\n"
  }

  private mutating func add(_ subject: String, _ text: String) {
    findings.append(Finding(subject: subject, text: text))
  }

  private mutating func unpack(_ kernel: [UInt8]) throws(LoadError) -> [UInt8] {
    do throws(LoadError.Problem) {
      let bytes = try Loader.unpacked(kernel)
      if Gzip.isPacked(kernel) { add("gzip", "unpacks to \(bytes.count) bytes") }
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
      add(
        kind.rawValue,
        "\(place) (looked through \(kind.searchLength) bytes at multiples of \(kind.alignment))")
    }
    for miss in search.nearMisses { add("near miss", "\(miss)") }
  }

  private mutating func describe(_ elf: ELFFile) {
    add(
      "ELF\(elf.width == .elf32 ? 32 : 64)",
      "machine \(elf.machine.rawValue), type \(elf.type.rawValue), entry \(hex(elf.entry.value)), "
        + "\(elf.segments.count) segments, \(elf.sections.count) sections")
    for (index, segment) in elf.segments.enumerated() where segment.type == .load {
      add(
        "segment \(index)",
        "\(hex(segment.fileSize)) bytes at offset \(hex(segment.offset)) to physical "
          + "\(hex(segment.physical.value)), virtual \(hex(segment.virtual.value)), "
          + "\(hex(segment.memorySize)) bytes in memory")
    }
  }

  private mutating func describe(_ plan: LoadPlan) {
    let kind: HeaderSearch.BootProtocol =
      plan.eax == Multiboot1.loaderMagic ? .multiboot1 : .multiboot2
    add("entry", "physical \(hex(plan.entry.value)), by \(kind)")
    for warning in plan.warnings { add("warning", warning) }
  }
}
