// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension AddressSpace.Area {
  /// Something with a name inside an area.
  struct Content: Equatable {
    /// The first address.
    var start: VirtAddr
    /// The last one.
    var last: VirtAddr
    /// What it is.
    var name: String
  }

  /// What has a name in this area, in ascending order: parts of the PC where the area leads to them, the
  /// kernel's sections and stacks where they are linked at.
  func contents(_ names: KernelNames) -> [Content] {
    guard case .mapped(let physical, _, _) = kind else { return [] }
    var found: [Content] = []
    if let physical {
      for part in names.parts {
        let end = VirtAddr(physical.value &+ (last.value - start.value))
        let low = max(part.range.lowerBound.value, physical.value)
        let high = min(part.range.upperBound.value, end.value)
        guard low <= high else { continue }
        found.append(
          Content(
            start: start + (low - physical.value), last: start + (high - physical.value),
            name: part.name))
      }
    }
    for area in names.areas {
      let (low, high) = (max(area.range.lowerBound, start), min(area.range.upperBound, last))
      guard low <= high else { continue }
      found.append(Content(start: low, last: high, name: area.name))
    }
    return found.sorted { $0.start != $1.start ? $0.start < $1.start : $0.last > $1.last }
  }
}
