// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What of physical memory the kernel keeps mapped onto itself, and with which rights: no more than it
/// needs, and nothing that is both writable and executable.
struct KernelLayout {
  /// The ranges, in the order in which they are mapped.
  private(set) var ranges = BoundedList<64, Part>()

  /// Memory with the same rights for a reason.
  struct Part {
    /// The bytes.
    let range: Range<PhysAddr>
    /// What may be done there.
    let flags: PageTableEntry.Flags
    /// What it is.
    let owner: Owner
  }

  /// What a part is.
  enum Owner: Equatable {
    /// A section of the program.
    case section
    /// Symbols and names, which the loader put into memory.
    case symbols
    case screen
    case bootInformation
    case module
    case frameBitmap
  }

  /// The layout for a machine of which `information` tells; `inventory` knows the allocator's notes.
  init(
    _ information: BootInformation, _ inventory: MemoryInventory
  ) throws(KernelLayoutError) {
    guard let sections = information.sections else { throw .noSections }
    for index in 0..<sections.count {
      guard let section = sections[index], section.address.value != 0, section.size > 0 else {
        continue
      }
      try add(section)
    }
    try add(
      VGAText.memory..<VGAText.memory + Frame.size, [.writable, .noExecute], .screen)
    try add(information.place, .noExecute, .bootInformation)
    var failure: KernelLayoutError?
    inventory.taken.forEach { taken in
      do throws(KernelLayoutError) {
        switch taken.owner {
        case .module: try add(taken.range, .noExecute, .module)
        case .frameBitmap: try add(taken.range, [.writable, .noExecute], .frameBitmap)
        default: break
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private mutating func add(_ section: ELFSectionHeader) throws(KernelLayoutError) {
    let start = PhysAddr(section.address.value)
    let range = PhysAddr.range(from: start, count: section.size)
    guard section.flags.contains(.allocated) else {
      return try add(range, .noExecute, .symbols)
    }
    // A page has the rights of one section only (kernel.ld).
    guard start.value % Frame.size == 0 else { throw .sectionNotAligned(start) }
    var flags: PageTableEntry.Flags = []
    if section.flags.contains(.writable) { flags.insert(.writable) }
    if !section.flags.contains(.executable) { flags.insert(.noExecute) }
    guard flags != .writable else { throw .writableAndExecutable(start) }
    try add(range, flags, .section)
  }

  private mutating func add(
    _ range: Range<PhysAddr>, _ flags: PageTableEntry.Flags, _ owner: Owner
  ) throws(KernelLayoutError) {
    guard ranges.append(Part(range: range, flags: flags, owner: owner)) else {
      throw .tooManyRanges
    }
  }
}

/// Why there is no layout.
enum KernelLayoutError: Error, Equatable {
  /// The loader does not say where the sections are.
  case noSections
  /// A section shares a page with another one.
  case sectionNotAligned(PhysAddr)
  /// A section could change its own instructions.
  case writableAndExecutable(PhysAddr)
  /// More ranges than the list has places for.
  case tooManyRanges
}

extension Text {
  /// Why there is no layout.
  mutating func appendInterpolation(_ error: KernelLayoutError) {
    switch error {
    case .noSections: appendLiteral("the loader does not say where the kernel's sections are")
    case .sectionNotAligned(let start):
      appendInterpolation("the section at \(start) does not begin at a page" as Text)
    case .writableAndExecutable(let start):
      appendInterpolation("the section at \(start) is writable and executable" as Text)
    case .tooManyRanges: appendLiteral("memory is in more pieces than the kernel can note")
    }
  }

  /// What a part of the layout is.
  mutating func appendInterpolation(_ owner: KernelLayout.Owner) {
    switch owner {
    case .section: appendLiteral("section")
    case .symbols: appendLiteral("symbols")
    case .screen: appendLiteral("screen")
    case .bootInformation: appendLiteral("boot information")
    case .module: appendLiteral("module")
    case .frameBitmap: appendLiteral("notes on frames")
    }
  }
}
