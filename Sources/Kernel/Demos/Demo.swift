// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Something to watch that `demo=NAME` on the command line selects.
enum Demo: CaseIterable {
  case font
  case printing
  case frames
  case paging
  case remap
  case heap
  case panic

  /// What it is called on the command line.
  var name: StaticString {
    switch self {
    case .font: "font"
    case .printing: "printing"
    case .frames: "frames"
    case .paging: "paging"
    case .remap: "remap"
    case .heap: "heap"
    case .panic: "panic"
    }
  }

  /// Shows it on the machine that `information` tells of.
  func show(_ options: BootOptions, _ information: BootInformation) {
    switch self {
    case .font: FontDemo.show()
    case .printing: PrintingDemo.show()
    case .frames: FramesDemo.show(information)
    case .paging: PagingDemo.show(information)
    case .remap: RemapDemo.show(information)
    case .heap: HeapDemo.show(options, information)
    case .panic: PanicDemo.show()
    }
  }
}
