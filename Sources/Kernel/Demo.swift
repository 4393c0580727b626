// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Something to watch that `demo=NAME` on the command line selects.
enum Demo: CaseIterable {
  case font
  case printing

  /// What it is called on the command line.
  var name: StaticString {
    switch self {
    case .font: "font"
    case .printing: "printing"
    }
  }

  /// Shows it.
  func show() {
    switch self {
    case .font: FontDemo.show()
    case .printing: PrintingDemo.show()
    }
  }
}
