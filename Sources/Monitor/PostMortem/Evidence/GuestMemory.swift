// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The stopped guest's memory by linear addresses, read without changing anything.
///
/// A stack overflow has megabytes of stack to look through: each page is walked to once.
final class GuestMemory {
  private let walk: (VirtAddr, PageAccess) -> PageWalk
  /// The eight bytes at a physical address, which lie in one page.
  let load: (PhysAddr) -> UInt64
  /// Where the loader has put what is linked to an address, for when the page tables are lost.
  private let linked: (VirtAddr) -> PhysAddr?
  private var frames: [UInt64: PhysAddr?] = [:]

  /// Memory that `walk` leads to and `load` reads; what is not mapped is read where it was `linked` to.
  init(
    walk: @escaping (VirtAddr, PageAccess) -> PageWalk, load: @escaping (PhysAddr) -> UInt64,
    linked: @escaping (VirtAddr) -> PhysAddr? = { _ in nil }
  ) {
    (self.walk, self.load, self.linked) = (walk, load, linked)
  }

  /// The walk of `address` for `access`.
  func walk(_ address: VirtAddr, for access: PageAccess) -> PageWalk { walk(address, access) }

  /// Where the byte at `address` lies; nil if the supervisor cannot read it.
  func physical(of address: VirtAddr) -> PhysAddr? {
    let page = address.value >> 12
    let frame =
      frames[page]
      ?? {
        let found = find(VirtAddr(page << 12))
        frames[page] = found
        return found
      }()
    return frame.map { $0 + (address.value & 0xfff) }
  }

  private func find(_ page: VirtAddr) -> PhysAddr? {
    guard case .mapped(let place) = walk(page, .init(.read, as: .supervisor(ac: true))).outcome
    else { return nil }
    return place.physical
  }

  /// Whether the supervisor can read the byte at `address`.
  func isMapped(_ address: VirtAddr) -> Bool { physical(of: address) != nil }

  private func place(of address: VirtAddr) -> PhysAddr? {
    physical(of: address) ?? linked(address)
  }

  /// The byte at `address`.
  func byte(at address: VirtAddr) -> UInt8? {
    place(of: address).map { place in
      UInt8(truncatingIfNeeded: load(PhysAddr(place.value & ~7)) >> ((place.value & 7) * 8))
    }
  }

  /// Up to `count` bytes at `address`, as many as can be read.
  func bytes(_ count: Int, at address: VirtAddr) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count, let next = byte(at: VirtAddr(address.value &+ UInt64(bytes.count))) {
      bytes.append(next)
    }
    return bytes
  }

  /// The little-endian value of `width` bytes, 1...8, at `address`.
  func value(at address: VirtAddr, width: UInt64) -> UInt64? {
    let mask: UInt64 = width == 8 ? ~0 : 1 << (width * 8) - 1
    if address.value & 0xfff <= 0xff8 { return place(of: address).map { load($0) & mask } }
    let bytes = bytes(Int(width), at: address)
    guard bytes.count == Int(width) else { return nil }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
