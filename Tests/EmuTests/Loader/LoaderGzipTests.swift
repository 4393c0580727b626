// SPDX-License-Identifier: GPL-2.0-or-later
import CZlib
import Testing
import X86

@testable import Emu

/// Files packed by gzip, as kernels and modules.
@Suite struct LoaderGzipTests {
  static func packed(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 100)
    let size = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        withUnsafeMutablePointer(to: &stream) { stream in
          deflateInit2_(
            stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
          stream.pointee.next_in = input.baseAddress
          stream.pointee.avail_in = UInt32(input.count)
          stream.pointee.next_out = output.baseAddress
          stream.pointee.avail_out = UInt32(output.count)
          #expect(deflate(stream, Z_FINISH) == Z_STREAM_END)
          deflateEnd(stream)
          return output.count - Int(stream.pointee.avail_out)
        }
      }
    }
    return Array(output[..<size])
  }

  static let kernel = TestKernel(TestKernel.multiboot2()).bytes

  @Test func aPackedKernelGivesTheSamePlan() throws {
    #expect(try plan(Self.packed(Self.kernel)) == plan(Self.kernel))
  }

  @Test func aPackedModuleIsUnpackedWithAWarning() throws {
    let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
    let module = BootModule(name: "m.gz", arguments: "", bytes: Self.packed(bytes))
    let plan = try plan(Self.kernel, modules: [module])
    #expect(plan.writes.contains { $0.name == "module m.gz" && $0.bytes == bytes[...] })
    #expect(plan.warnings.count == 1)
  }

  @Test func whatFollowsTheStreamIsIgnored() throws {
    #expect(try Gzip.unpack(Self.packed([1, 2, 3]) + [9, 9, 9]) == [1, 2, 3])
  }

  @Test func anEmptyFileUnpacksToNothing() throws {
    #expect(try Gzip.unpack(Self.packed([])).isEmpty)
    #expect(problem(Self.packed([])) == .empty)
  }

  @Test func everyTruncationIsSaidToBeOne() throws {
    let packed = Self.packed(Self.kernel)
    for length in 3..<packed.count {
      #expect(problem(Array(packed[..<length])) == .gzip(.truncated), "\(length) bytes")
    }
  }

  @Test func aBrokenStreamIsRefusedWhereItIsBroken() throws {
    var packed = Self.packed(Self.kernel)
    packed[packed.count - 6] ^= 0xFF  // the checksum
    guard case .gzip(.broken(let offset, let reason)) = problem(packed) else {
      Issue.record("not refused")
      return
    }
    #expect(offset > UInt64(packed.count - 9))
    #expect(reason == "incorrect data check")
  }

  @Test func aBombIsRefusedAtTheLimit() throws {
    let packed = Self.packed([UInt8](repeating: 0, count: 1_000_000))
    #expect(throws: Gzip.Failure.tooLarge) { try Gzip.unpack(packed, limit: 999_999) }
    #expect(try Gzip.unpack(packed, limit: 1_000_000).count == 1_000_000)
  }

  @Test func aModulesFaultNamesTheModule() throws {
    let module = BootModule(name: "m.gz", arguments: "", bytes: [0x1F, 0x8B, 8])
    let error = #expect(throws: LoadError.self) { try plan(Self.kernel, modules: [module]) }
    #expect(error?.file == "m.gz")
  }
}
