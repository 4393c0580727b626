// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// A linear address cut into its indices, as a picture of its bits:
///
///      63            48 47     39 38     30 29     21 20                 0
///     ┌────────────────┬─────────┬─────────┬─────────┬─────────────────────┐
///     │0000000000000000│000000000│000000000│000000101│110000000000000000000│
///     └────────────────┴─────────┴─────────┴─────────┴─────────────────────┘
///      sign             PML4[0]   PDPT[0]   PD[5]     offset 0x180000
struct AddressPicture {
  /// A part of the address.
  struct Field: Equatable {
    /// The places of its highest and lowest bit.
    var high, low: UInt64
    /// What it is.
    var name: String
  }

  /// The parts, from the highest.
  let fields: [Field]
  private let address: UInt64

  /// The picture of the address of `walk`: with the offset of the page that it led to.
  init(_ walk: PageWalk) {
    let mode = walk.mode
    address = mode == .fourLevel ? walk.address.value : walk.address.value & 0xffff_ffff
    var fields: [Field] = []
    if mode == .fourLevel { fields.append(Field(high: 63, low: 48, name: "sign")) }
    var end: UInt64 = mode == .fourLevel ? 48 : 32
    var level = mode.topLevel
    while let here = level {
      let low = mode.shift(of: here)
      let index = mode.index(of: walk.address, at: here)
      fields.append(Field(high: end - 1, low: low, name: "\(here.name)[\(index)]"))
      end = low
      let isPage = walk.steps.last?.level == here && walk.endsAtPage
      level = isPage ? nil : PagingLevel(rawValue: here.rawValue - 1)
    }
    let offset = address & ((1 << end) - 1)
    let name = mode == .off ? "physical \(offset.groupedHex)" : "offset \(offset.groupedHex)"
    fields.append(Field(high: end - 1, low: 0, name: name))
    self.fields = fields
  }

  /// The bits of a field.
  func bits(of field: Field) -> String {
    let count = Int(field.high - field.low + 1)
    let value = address >> field.low & (count == 64 ? ~0 : (1 << UInt64(count)) - 1)
    let digits = String(value, radix: 2)
    return String(repeating: "0", count: count - digits.count) + digits
  }

  /// The lines of the picture.
  func lines(_ ink: Ink) -> [String] {
    let texts = fields.map { bits(of: $0) }
    let widths = zip(fields, texts).map { field, text in
      max(text.count, "\(field.high) \(field.low)".count, field.name.count)
    }
    let rules = widths.map { String(repeating: "─", count: $0) }
    let numbers = zip(fields, widths).map { field, width in
      let low = "\(field.low)"
      return "\(field.high)".padded(to: width - low.count) + low
    }
    let names = zip(fields, widths).map { field, width in
      ink(field.name, .title) + "".padded(to: field.low == 0 ? 0 : width - field.name.count)
    }
    let digits = zip(texts, widths).map { ink($0.padded(to: $1), .value) }
    return [
      "  " + numbers.joined(separator: " "),
      " ┌" + rules.joined(separator: "┬") + "┐",
      " │" + digits.joined(separator: "│") + "│",
      " └" + rules.joined(separator: "┴") + "┘",
      "  " + names.joined(separator: " "),
    ]
  }
}

extension PageWalk {
  /// Whether the last entry read maps a page.
  var endsAtPage: Bool {
    guard let last = steps.indices.last, case .page = target(ofStep: last) else { return false }
    return true
  }
}
