// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Physical memory before the first frame is allocated: which of it is RAM, and who has what.
///
/// The loader's memory map knows nothing of the kernel, the modules and the boot information itself:
/// for a loader they lie in available memory. So both lists may overlap, and what is taken wins.
struct MemoryInventory {
  /// RAM that the memory map calls available.
  private(set) var available = BoundedList<32, Range<PhysAddr>>()
  /// What may not be handed out, wherever it lies.
  private(set) var taken = BoundedList<64, Taken>()

  /// A range and who has it.
  struct Taken {
    /// The bytes.
    let range: Range<PhysAddr>
    /// Who has them.
    let owner: Owner
  }

  /// Who has memory from the beginning on.
  enum Owner: Equatable {
    /// Real-mode vectors and BIOS data: useful still, and a null pointer should find no frame.
    case firstPage
    /// From 640 KiB to 1 MiB: the display adapter's memory and ROMs.
    case adapters
    /// What the memory map calls by this kind.
    case firmware(MultibootMemoryRegion.Kind)
    /// A section of the kernel, or one that the loader put into memory besides.
    case kernel
    /// The boot information.
    case bootInformation
    /// A module.
    case module
    /// The frame allocator's own notes.
    case frameBitmap
  }

  /// Nothing but what every PC has.
  init() {
    take(PhysAddr(0)..<PhysAddr(Frame.size), for: .firstPage)
    take(PhysAddr(0xA_0000)..<PhysAddr(0x10_0000), for: .adapters)
  }

  /// What `information` tells.
  init(_ information: BootInformation) throws(MemoryInventoryError) {
    self.init()
    guard let map = information.memoryMap else { throw .noMemoryMap }
    for index in 0..<map.count {
      guard let region = map[index] else { continue }
      let range = PhysAddr.range(from: region.start, count: region.length)
      if region.kind == .available {
        guard available.append(range) else { throw .tooManyRanges }
      } else {
        try add(range, for: .firmware(region.kind))
      }
    }
    try addKernel(information)
    try add(information.place, for: .bootInformation)
    var failure: MemoryInventoryError?
    information.forEachModule { range, _ in
      do throws(MemoryInventoryError) { try add(range, for: .module) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Sections that are part of the program lie where they were linked to; others, symbols and
  /// names, have an address if the loader put them somewhere.
  private mutating func addKernel(_ information: BootInformation) throws(MemoryInventoryError) {
    guard let sections = information.sections else { throw .noSections }
    for index in 0..<sections.count {
      guard let section = sections[index], section.address.value != 0 else { continue }
      let start = PhysAddr(section.address.value)
      try add(PhysAddr.range(from: start, count: section.size), for: .kernel)
    }
  }

  /// Adds available memory; for what has no loader.
  mutating func add(available range: Range<PhysAddr>) throws(MemoryInventoryError) {
    guard available.append(range) else { throw .tooManyRanges }
  }

  /// Adds a range that `owner` has.
  mutating func add(_ range: Range<PhysAddr>, for owner: Owner) throws(MemoryInventoryError) {
    guard take(range, for: owner) else { throw .tooManyRanges }
  }

  @discardableResult
  private mutating func take(_ range: Range<PhysAddr>, for owner: Owner) -> Bool {
    range.isEmpty || taken.append(Taken(range: range, owner: owner))
  }

  /// The lowest place for `count` frames in a row that nobody has; nil if there is none below `limit`.
  func gap(ofFrames count: UInt64, below limit: PhysAddr) -> Range<PhysAddr>? {
    var lowest: UInt64?
    available.forEach { range in
      let frames = range.wholeFrames
      var start = frames.lowerBound
      // Behind every range in the way; each step passes one of them for good.
      while let obstacle = taken.first(where: {
        $0.range.touchedFrames.overlaps(start..<start + count)
      }) { start = obstacle.range.touchedFrames.upperBound }
      let end = start + count
      guard end <= frames.upperBound, end * Frame.size <= limit.value else { return }
      if start < lowest ?? .max { lowest = start }
    }
    return lowest.map { PhysAddr($0 * Frame.size)..<PhysAddr(($0 + count) * Frame.size) }
  }

  /// The number of frames from 0 up to the end of the last that is available.
  var frameCount: UInt64 {
    var end: UInt64 = 0
    available.forEach { end = max(end, $0.wholeFrames.upperBound) }
    return end
  }
}

/// Why there is no inventory.
enum MemoryInventoryError: Error, Equatable {
  /// The boot information has no memory map.
  case noMemoryMap
  /// It does not say where the kernel's sections are.
  case noSections
  /// More ranges than the lists have places for.
  case tooManyRanges
  /// No gap is wide enough for a bit for each frame.
  case noRoomForNotes(bytes: UInt64)
}

extension Text {
  /// Why there is no inventory.
  mutating func appendInterpolation(_ error: MemoryInventoryError) {
    switch error {
    case .noMemoryMap: appendLiteral("the loader gives no memory map")
    case .noSections: appendLiteral("the loader does not say where the kernel's sections are")
    case .tooManyRanges: appendLiteral("memory is in more pieces than the kernel can note")
    case .noRoomForNotes(let bytes):
      appendInterpolation("there is no room for \(bytes) bytes of notes on frames" as Text)
    }
  }

  /// Who has a range of memory.
  mutating func appendInterpolation(_ owner: MemoryInventory.Owner) {
    switch owner {
    case .firstPage: appendLiteral("BIOS data")
    case .adapters: appendLiteral("display adapter and ROMs")
    case .firmware(.reserved): appendLiteral("reserved")
    case .firmware(.acpiReclaimable): appendLiteral("ACPI tables")
    case .firmware(.nonVolatile): appendLiteral("ACPI, kept over hibernation")
    case .firmware(.defective): appendLiteral("defective")
    case .firmware(let kind): appendInterpolation("reserved, type \(kind.rawValue)" as Text)
    case .kernel: appendLiteral("kernel")
    case .bootInformation: appendLiteral("boot information")
    case .module: appendLiteral("module")
    case .frameBitmap: appendLiteral("notes on frames")
    }
  }
}

extension PhysAddr {
  /// `count` bytes from `start`; up to the end of the address space if that comes first.
  static func range(from start: PhysAddr, count: UInt64) -> Range<PhysAddr> {
    let (end, overflow) = start.value.addingReportingOverflow(count)
    return start..<PhysAddr(overflow ? .max : end)
  }
}
