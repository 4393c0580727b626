// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The multiboot2 boot information: what the loader tells the kernel about the machine and itself.
///
/// It is read once, at the start, and all of it: information with one tag that does not add up is
/// refused as a whole, since a loader that wrote a wrong length may have written anything. Texts and
/// tables stay where they are; this only knows their places.
struct BootInformation {
  /// `Multiboot2Info` over memory.
  typealias Info = Multiboot2Info<UnsafeRawBufferPointer>

  /// All of it.
  let bytes: UnsafeRawBufferPointer
  /// The bytes of the kernel's command line, without the zero that ends it; empty if there is none.
  private(set) var commandLine = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The loader's name for itself, in the same form.
  private(set) var loaderName = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Which memory there is; nil if the loader does not say.
  private(set) var memoryMap: Info.MemoryMap?
  /// The sections of the kernel's own file; nil if the loader does not say.
  private(set) var sections: Info.ELFSections?

  /// The information in `bytes`; of tags that should be there once, the first counts.
  init(_ bytes: UnsafeRawBufferPointer) throws(BootInformationError) {
    self.bytes = bytes
    var (commandLine, loaderName) = (commandLine, loaderName)
    var (memoryMap, sections) = (memoryMap, sections)
    var wrongModule: Range<PhysAddr>?
    do throws(Multiboot2InfoError) {
      try Info(bytes).forEachTag { tag in
        switch tag {
        case .commandLine(let text) where commandLine.baseAddress == nil:
          commandLine = UnsafeRawBufferPointer(rebasing: text)
        case .bootLoaderName(let text) where loaderName.baseAddress == nil:
          loaderName = UnsafeRawBufferPointer(rebasing: text)
        case .memoryMap(let map) where memoryMap == nil: memoryMap = map
        case .elfSections(let table) where sections == nil: sections = table
        case .module(let start, let end, _) where start > end: wrongModule = end..<start
        default: break
        }
      }
    } catch {
      throw .malformed(error)
    }
    if let wrongModule {
      throw .moduleEndsBeforeItStarts(start: wrongModule.upperBound, end: wrongModule.lowerBound)
    }
    (self.commandLine, self.loaderName) = (commandLine, loaderName)
    (self.memoryMap, self.sections) = (memoryMap, sections)
  }

  /// The information at `address`, whose first word says how long it is.
  ///
  /// - Parameter limit: The end of the memory that can be reached: nothing from there on is read.
  init(at address: PhysAddr, below limit: PhysAddr) throws(BootInformationError) {
    guard address.value % Multiboot2.tagAlignment == 0 else { throw .misaligned(address) }
    // SAFETY: eight bytes below the limit, and then as many as the first four say, if they are.
    let start = try Self.pointer(to: address, count: 8, below: limit)
    let size = UInt64(start.load(as: UInt32.self))
    _ = try Self.pointer(to: address, count: size, below: limit)
    try self.init(UnsafeRawBufferPointer(start: start, count: Int(size)))
  }

  private static func pointer(
    to address: PhysAddr, count: UInt64, below limit: PhysAddr
  ) throws(BootInformationError) -> UnsafeRawPointer {
    guard address < limit, limit - address >= count,
      let pointer = UnsafeRawPointer(bitPattern: UInt(address.value))
    else { throw .outOfReach(address, size: count) }
    return pointer
  }

  /// Calls `body` with where each module lies, and its arguments, in the loader's order.
  func forEachModule(_ body: (Range<PhysAddr>, UnsafeRawBufferPointer) -> Void) {
    // What the first reading accepted is not refused by a second one.
    try? Info(bytes).forEachTag { tag in
      guard case .module(let start, let end, let arguments) = tag else { return }
      body(start..<end, UnsafeRawBufferPointer(rebasing: arguments))
    }
  }

  /// The physical memory that it lies in, as long as memory is mapped onto itself.
  var place: Range<PhysAddr> {
    let start = PhysAddr(UInt64(UInt(bitPattern: bytes.baseAddress)))
    return start..<start + UInt64(bytes.count)
  }
}

/// Why boot information is refused.
enum BootInformationError: Error, Equatable {
  /// It should lie at a multiple of 8.
  case misaligned(PhysAddr)
  /// It, or its end, lies where the kernel cannot read yet.
  case outOfReach(PhysAddr, size: UInt64)
  /// Lengths that do not add up.
  case malformed(Multiboot2InfoError)
  /// A module with less than nothing in it.
  case moduleEndsBeforeItStarts(start: PhysAddr, end: PhysAddr)
}

extension Text {
  /// What is wrong with boot information.
  mutating func appendInterpolation(_ error: BootInformationError) {
    switch error {
    case .misaligned(let address):
      appendInterpolation("it lies at \(address), not at a multiple of 8" as Text)
    case .outOfReach(let address, let size):
      appendInterpolation("\(size) bytes at \(address) are out of reach" as Text)
    case .malformed(.truncated(let end)):
      appendInterpolation("there are \(end.size) bytes of it, too few for a beginning" as Text)
    case .malformed(.totalSize(let size)):
      appendInterpolation("it says that it has \(size) bytes" as Text)
    case .malformed(.tag(let offset)):
      appendInterpolation("the tag at offset \(hex: offset) does not fit" as Text)
    case .malformed(.noEndTag):
      appendLiteral("no tag says that it ends")
    case .moduleEndsBeforeItStarts(let start, let end):
      appendInterpolation("a module starts at \(start) and ends at \(end)" as Text)
    }
  }
}
