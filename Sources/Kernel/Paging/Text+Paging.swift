// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension Text {
  /// The rights in the form of `ls`; `u` in front for memory of user mode.
  mutating func appendInterpolation(_ rights: PageRights) {
    if rights.contains(.user) { appendLiteral("u") }
    appendLiteral("r")
    appendLiteral(rights.contains(.writable) ? "w" : "-")
    appendLiteral(rights.contains(.executable) ? "x" : "-")
  }

  /// A range and where it leads, if that is not itself.
  mutating func appendInterpolation(_ range: MappedRange) {
    let end = range.start.value &+ range.size
    let place: Text = "\(range.start)..<\(VirtAddr(end))"
    appendInterpolation("\(place)\(" ", times: max(0, 40 - place.count)) \(range.rights)" as Text)
    if range.physical.value != range.start.value {
      appendInterpolation("  at \(range.physical)" as Text)
    }
  }

  /// Where an address leads, or that it leads nowhere.
  mutating func appendInterpolation(_ translation: Translation?) {
    guard let translation else { return appendLiteral("nowhere") }
    let size = translation.size.rawValue
    let unit: Text =
      size < 1 << 20 ? "\(size >> 10) KiB" : size < 1 << 30 ? "\(size >> 20) MiB" : "1 GiB"
    appendInterpolation(
      "\(translation.physical), page of \(unit), \(translation.rights)" as Text)
  }

  /// Why a page was not mapped.
  mutating func appendInterpolation(_ error: MapError) {
    switch error {
    case .alreadyMapped(let frame): appendInterpolation("it is mapped to \(frame)" as Text)
    case .parentIsHuge(let level):
      appendInterpolation("it is part of a huge page of the \(level.name)" as Text)
    case .outOfFrames: appendLiteral("there is no frame for a table")
    }
  }

  /// Why a page was not unmapped.
  mutating func appendInterpolation(_ error: UnmapError) {
    switch error {
    case .notMapped(let level):
      appendInterpolation("the entry of the \(level.name) is not present" as Text)
    case .parentIsHuge(let level):
      appendInterpolation("it is part of a huge page of the \(level.name)" as Text)
    }
  }
}
