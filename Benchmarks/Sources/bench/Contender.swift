// SPDX-License-Identifier: GPL-2.0-or-later

/// A way to run a guest, whose command line ends with a number of iterations.
struct Contender: Sendable {
  let name: String
  private let words: @Sendable (_ guest: String, _ commandLine: String) -> [String]

  /// The words that run a guest; `options` go in front of the number on the guest's command line.
  func command(_ guest: String, _ iterations: Int, _ options: String = "") -> [String] {
    words(guest, options + String(iterations))
  }

  static func kemu(_ path: String) -> Contender {
    Contender(name: "kemu") { guest, commandLine in
      // No stop for want of output: the guests compute for seconds without a word.
      [path, "run", "--headless", "--idle", "0", guest, "--append", commandLine]
    }
  }

  /// QEMU as people call it for a kernel with an exit port; `options` choose how it executes.
  static func qemu(_ name: String, _ options: [String]) -> Contender {
    Contender(name: name) { guest, commandLine in
      [
        "qemu-system-x86_64", "-kernel", guest, "-append", commandLine, "-m", "128",
        "-display", "none", "-no-reboot", "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
      ] + options
    }
  }

  static let tcg = qemu("QEMU TCG", ["-accel", "tcg,thread=single"])
  static let icount = qemu("QEMU icount", ["-icount", "shift=0"])
  /// The least that still has a screen: QEMU's start without the devices that it adds by default.
  static let bare = qemu(
    "QEMU -nodefaults", ["-accel", "tcg,thread=single", "-nodefaults", "-vga", "std"])
}

/// The exit status of a guest that wrote 0x10 to port 0xF4.
let guestExit: CInt = 0x10 << 1 | 1
