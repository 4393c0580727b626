// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Something to watch that `demo=NAME` on the command line selects.
enum Demo {
  case font
  case printing
  case frames
  case paging
  case remap
  case heap
  case panic
  case measure
  case timer
  case keyboard
  case fault(FaultDemo)

  /// All of them, in the order of docs/kernel.md.
  static func forEach(_ body: (Demo) -> Void) {
    body(.font)
    body(.printing)
    body(.frames)
    body(.panic)
    body(.paging)
    body(.remap)
    body(.heap)
    body(.measure)
    body(.timer)
    body(.keyboard)
    for fault in FaultDemo.allCases { body(.fault(fault)) }
  }

  /// What it is called on the command line.
  var name: StaticString {
    switch self {
    case .font: "font"
    case .printing: "printing"
    case .frames: "frames"
    case .panic: "panic"
    case .paging: "paging"
    case .remap: "remap"
    case .heap: "heap"
    case .measure: "measure"
    case .timer: "timer"
    case .keyboard: "keyboard"
    case .fault(let fault): fault.name
    }
  }

  /// Shows it on the machine that `information` tells of.
  func show(_ options: BootOptions, _ information: BootInformation) {
    switch self {
    case .font: FontDemo.show()
    case .printing: PrintingDemo.show()
    case .frames: FramesDemo.show(information)
    case .panic: PanicDemo.show()
    case .paging: PagingDemo.show(information)
    case .remap: RemapDemo.show(information)
    case .heap: HeapDemo.show(options, information)
    case .measure: MeasureDemo.show(options, information)
    case .timer: InterruptDemo.timer(options, information)
    case .keyboard: InterruptDemo.keyboard(options, information)
    case .fault(let fault): fault.show(options, information)
    }
  }
}

extension Console {
  /// Prints a line that says what the next ones are about.
  static func printHeading(_ text: StaticString) {
    print("\(text)", color: ColorCode(.yellow))
  }
}
