// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// `scripts/check-image`, through which every linked image goes, finds what it looks for: the kernel is
/// well, and with a byte or two of a mistake in it it is not.
@Suite struct CheckImageTests {
  /// A mistake, as a change to the file of the kernel.
  enum Mistake: String, CaseIterable {
    case none = ""
    case noHeader = "no multiboot2 header"
    case writableCode = "a segment is writable and executable"
    case vectorRegister = "vector registers are used"
    case redZone = "memory below the stack pointer is used"
    case lazyGlobal = "a global is initialised at its first use"

    func plant(in image: inout Data) throws {
      switch self {
      case .none: break
      case .noHeader:
        let magic = try #require(image.range(of: Data([0xD6, 0x50, 0x52, 0xE8])))
        image[magic.lowerBound + 12] ^= 1  // the checksum
      case .writableCode:
        // Program headers follow the ELF header, 56 bytes each, p_flags behind p_type; the second one
        // is that of the code (kernel.ld).
        #expect(image[64 + 56 + 4] == 5)
        image[64 + 56 + 4] = 7
      case .vectorRegister: try replaceCode(in: &image, by: [0x0F, 0x29, 0x04, 0x24])
      case .redZone: try replaceCode(in: &image, by: [0x48, 0x89, 0x44, 0x24, 0xF8])
      case .lazyGlobal:
        // The name of a symbol gets the end that swiftc gives to the code of a first use.
        let start = try #require(image.range(of: Data("\0$e6Kernel".utf8)))
        let end = try #require(
          image[start.upperBound...].firstIndex(of: 0), "a name ends somewhere")
        image.replaceSubrange(end - 2..<end, with: Data("WZ".utf8))
      }
    }

    /// Overwrites the beginning of `interrupt_common`, fifteen pushes in a row.
    private func replaceCode(in image: inout Data, by bytes: [UInt8]) throws {
      let pushes = Data([0x50, 0x53, 0x51, 0x52, 0x56, 0x57, 0x55, 0x41, 0x50, 0x41, 0x51])
      let place = try #require(image.range(of: pushes))
      image.replaceSubrange(place.lowerBound..<place.lowerBound + bytes.count, with: Data(bytes))
    }
  }

  @Test(arguments: Mistake.allCases) func `a mistake in an image is found and named`(
    _ mistake: Mistake
  ) throws {
    var image = Data(try TestFiles.image("kernel"))
    try mistake.plant(in: &image)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("kemu-\(UUID().uuidString).elf")
    try image.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }

    let script = Process()
    let messages = Pipe()
    script.executableURL = TestFiles.root.appendingPathComponent("scripts/check-image")
    script.arguments = [file.path]
    script.standardError = messages
    try script.run()
    let text = String(
      decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    script.waitUntilExit()
    #expect(script.terminationStatus == (mistake == .none ? 0 : 1), "\(text)")
    #expect(mistake == .none ? text == "" : text.contains(": \(mistake.rawValue)"), "\(text)")
    #expect(text.components(separatedBy: ".elf: ").count <= 2, "one mistake, one complaint")
  }
}
