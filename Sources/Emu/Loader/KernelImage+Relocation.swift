// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension KernelImage {
  /// The image as a kernel with a relocatable tag wants it (Multiboot2 §3.1.13): as low or as high
  /// as it may be, or, without a preference, where it was linked if it may be there.
  func relocated(
    by wish: Multiboot2Header.Relocation, in map: MemoryMap
  ) throws(LoadError.Problem) -> KernelImage {
    let size = end - base
    let places = Self.places(for: size, by: wish, in: map)
    let linked = places.contains { $0.contains(base) } && base.value % wish.step == 0
    let target: PhysAddr?
    switch wish.preference {
    case 1: target = places.first?.lowerBound
    case 2: target = places.last?.upperBound
    default: target = linked ? base : places.first?.lowerBound
    }
    guard let target else { throw .noPlace(size: size, wish) }
    return moved(to: target)
  }

  // Ranges of addresses at which an image may begin, aligned at both ends. Memory below 1 MiB is
  // left alone even if the kernel would take it: GRUB's own code lies there.
  private static func places(
    for size: UInt64, by wish: Multiboot2Header.Relocation, in map: MemoryMap
  ) -> [ClosedRange<PhysAddr>] {
    map.loadable.compactMap { range in
      let lowest = max(range.lowerBound.value, UInt64(wish.lowest), 1 << 20)
      let highest = min(range.upperBound.value, UInt64(wish.highest) + 1)
      guard size <= highest else { return nil }
      let first = (lowest + wish.step - 1) / wish.step * wish.step
      let last = (highest - size) / wish.step * wish.step
      return first <= last ? PhysAddr(first)...PhysAddr(last) : nil
    }
  }

  private func moved(to target: PhysAddr) -> KernelImage {
    var image = self
    let from = base
    image.parts = parts.map { part in
      var part = part
      part.address = target + (part.address - from)
      return part
    }
    // An entry tag may name an address below the image; then it moves by the same distance.
    image.entry = PhysAddr(entry.value &+ target.value &- from.value)
    return image
  }
}

extension Multiboot2Header.Relocation {
  /// What addresses are multiples of; the protocol does not say that it is a power of two.
  fileprivate var step: UInt64 { max(1, UInt64(alignment)) }
}
