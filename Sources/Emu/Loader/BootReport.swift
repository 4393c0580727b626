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

  /// The report as text: the file's name, a paragraph for each finding, the verdict; 79 columns wide
  /// unless a single word is longer.
  public var description: String {
    let width = findings.map(\.subject.count).max() ?? 0
    let paragraphs = findings.map { finding in
      let gap = String(repeating: " ", count: width - finding.subject.count)
      return Self.wrapped("  \(finding.subject)\(gap)  ", finding.text)
    }
    let verdict = error.map { Self.wrapped("cannot boot: ", "\($0.problem)") } ?? "boots"
    return ([file] + paragraphs + [verdict]).joined(separator: "\n") + "\n"
  }

  /// `text` behind `label`, in as many lines as it takes, the further ones indented.
  private static func wrapped(_ label: String, _ text: String) -> String {
    var lines: [String] = []
    var line = label
    for (index, word) in text.split(separator: " ").enumerated() {
      if index > 0, line.count + 1 + word.count > 79 {
        lines.append(line)
        line = String(repeating: " ", count: label.count) + word
      } else {
        line += (index > 0 ? " " : "") + word
      }
    }
    return (lines + [line]).joined(separator: "\n")
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
      let place = offset.map { "header at offset \(hex($0))" }
      let searched = "the first \(kind.searchLength) bytes at multiples of \(kind.alignment)"
      add(kind.rawValue, place ?? "no header in \(searched)")
    }
    for miss in search.nearMisses { add("near miss", "\(miss)") }
  }

  private mutating func describe(_ elf: ELFFile) {
    add(
      "ELF\(elf.width == .elf32 ? 32 : 64)",
      "\(elf.machine), \(elf.type), entry \(hex(elf.entry.value)), "
        + "\(counted(elf.segments.count, "segment")), \(counted(elf.sections.count, "section"))")
    for (index, segment) in elf.segments.enumerated() where segment.type == .load {
      add("segment \(index)", "\(segment)")
    }
  }

  private mutating func describe(_ plan: LoadPlan) {
    let kind: HeaderSearch.BootProtocol =
      plan.eax == Multiboot1.loaderMagic ? .multiboot1 : .multiboot2
    add("entry", "physical \(hex(plan.entry.value)), by \(kind)")
    for warning in plan.warnings { add("warning", warning) }
  }
}

extension ELFFile.Machine: CustomStringConvertible {
  /// The processor's name; its number if it is not x86.
  public var description: String {
    switch self {
    case .i386: "i386"
    case .x86_64: "x86-64"
    default: "machine \(rawValue)"
    }
  }
}

extension ELFFile.Kind: CustomStringConvertible {
  /// The kind in words; its number if it has none.
  public var description: String {
    switch self {
    case .object: "object file"
    case .executable: "executable"
    case .shared: "shared object"
    case .core: "memory dump"
    default: "type \(rawValue)"
    }
  }
}

extension ELFFile.Segment: CustomStringConvertible {
  /// What a loader does with it: where it is in the file, and where it goes.
  public var description: String {
    let zeroes = memorySize > fileSize ? " and \(hex(memorySize - fileSize)) zero bytes" : ""
    let link = virtual.value == physical.value ? "" : ", linked for \(hex(virtual.value))"
    return "\(hex(fileSize)) bytes at offset \(hex(offset))\(zeroes) to physical "
      + "\(hex(physical.value))\(link)"
  }
}

/// "1 segment", "2 segments".
private func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
