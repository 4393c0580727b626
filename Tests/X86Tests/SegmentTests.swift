// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import X86

@Suite("Segment descriptors and selectors")
struct SegmentTests {
  /// Descriptors as kernels write them, and what they say.
  @Test(
    "split and join",
    arguments: [
      (0x00af_9b00_0000_ffff, 0, 0xf_ffff, 0xffff_ffff, 0x9b, 0xa),
      (0x00cf_9300_0000_ffff, 0, 0xf_ffff, 0xffff_ffff, 0x93, 0xc),
      (0x0000_9a01_2345_ffff, 0x1_2345, 0xffff, 0xffff, 0x9a, 0),
      (0xfe40_f2dc_ba98_7654, 0xfedc_ba98, 0x7654, 0x7654, 0xf2, 4),
      (0x0080_9200_0000_0001, 0, 1, 0x1fff, 0x92, 8),
    ] as [(UInt64, UInt32, UInt32, UInt32, UInt8, UInt8)])
  func descriptor(
    raw: UInt64, base: UInt32, limit: UInt32, bytes: UInt32, access: UInt8, flags: UInt8
  ) {
    let descriptor = SegmentDescriptor(rawValue: raw)
    #expect(descriptor.base == base)
    #expect(descriptor.limit == limit)
    #expect(descriptor.byteLimit == bytes)
    #expect(descriptor.access.rawValue == access)
    #expect(descriptor.flags.rawValue == flags)
    let joined = SegmentDescriptor(
      base: base, limit: limit, access: .init(rawValue: access), flags: .init(rawValue: flags))
    #expect(joined == descriptor)
  }

  @Test("survive a round trip with any bits")
  func roundTrip() {
    var random = Random(seed: 7)
    for _ in 0..<10_000 {
      let raw = SegmentDescriptor(rawValue: random.next())
      #expect(
        raw
          == SegmentDescriptor(
            base: raw.base, limit: raw.limit, access: raw.access, flags: raw.flags))
    }
  }

  @Test("name their privilege and type")
  func access() {
    let access: SegmentDescriptor.Access = [
      .present, .codeOrData, .code, .readableOrWritable, .privilege(3),
    ]
    #expect(access.rawValue == 0xfa)
    #expect(access.privilegeLevel == 3)
    #expect(access.type == 0xa)
  }

  @Test(
    "selectors split and join",
    arguments: [
      (0x08, 1, .global, 0, false), (0x2b, 5, .global, 3, false), (0x0f, 1, .local, 3, false),
      (0x03, 0, .global, 3, true), (0x04, 0, .local, 0, false), (0xfffb, 8191, .global, 3, false),
    ] as [(UInt16, Int, SegmentSelector.Table, UInt8, Bool)])
  func selector(
    raw: UInt16, index: Int, table: SegmentSelector.Table, rpl: UInt8, isNull: Bool
  ) {
    let selector = SegmentSelector(rawValue: raw)
    #expect(selector.index == index)
    #expect(selector.table == table)
    #expect(selector.rpl == rpl)
    #expect(selector.isNull == isNull)
    #expect(selector.offset == UInt64(index) * 8)
    #expect(SegmentSelector(index: index, table: table, rpl: rpl) == selector)
  }
}
