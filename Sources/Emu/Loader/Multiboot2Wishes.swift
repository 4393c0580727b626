// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What a multiboot2 header's tags come to, once those that cannot be met have been refused.
struct Multiboot2Wishes {
  /// How to load the file, if not as ELF, and where the tag that says so is in the file.
  private(set) var addresses: (fields: MultibootAddresses, offset: UInt64)?
  /// The first instruction, if not that of the ELF file, and where its tag is.
  private(set) var entry: (address: PhysAddr, offset: UInt64)?
  /// Where the kernel may be moved to.
  private(set) var relocation: Multiboot2Header.Relocation?
  /// The screen wished for.
  private(set) var graphics: (width: UInt32, height: UInt32, depth: UInt32)?
  /// What will not be as the kernel asked.
  private(set) var warnings: [String] = []

  /// Goes through the tags of a header; the last one of a type counts.
  init(_ tags: [Multiboot2Header.Tag]) throws(LoadError.Problem) {
    for tag in tags {
      switch tag.content {
      case .informationRequest(let types): try take(requests: types, of: tag)
      case .addresses(let fields): addresses = (fields, tag.offset)
      case .entry(let address): entry = (address, tag.offset)
      case .console(let isRequired, let supportsText):
        try takeConsole(isRequired, supportsText, of: tag)
      case .framebuffer(let width, let height, let depth): graphics = (width, height, depth)
      case .relocatable(let wish): relocation = wish
      case .moduleAlignment, .efi: break  // modules are always aligned; there is no EFI
      case .unknown:
        guard tag.isOptional else { throw .unknownTag(offset: tag.offset, type: tag.type) }
        warnings.append(
          "the multiboot2 header's optional tag of the unknown type \(tag.type) is ignored")
      }
    }
  }

  // GRUB refuses a request of an unknown type only; it boots a kernel that asks for information it
  // knows of and does not have, and so do we.
  private mutating func take(
    requests: [UInt32], of tag: Multiboot2Header.Tag
  ) throws(LoadError.Problem) {
    guard !tag.isOptional else { return }
    for type in requests {
      guard let known = Multiboot2.InfoType(rawValue: type) else {
        throw .unknownRequest(offset: tag.offset, type: type)
      }
      if !BootInformation.multiboot2Types.contains(known) {
        warnings.append(
          "the kernel asks for boot information of type \(type) (\(known)), which this machine does "
            + "not have")
      }
    }
  }

  private mutating func takeConsole(
    _ isRequired: Bool, _ supportsText: Bool, of tag: Multiboot2Header.Tag
  ) throws(LoadError.Problem) {
    guard !supportsText else { return }
    guard !isRequired else { throw .textRefused(offset: tag.offset) }
    warnings.append("the kernel does not accept EGA text, which is the only console there is")
  }
}
