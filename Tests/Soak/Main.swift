// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc
import X86

@testable import Emu

/// Runs random guests, each several times, and compares; see `usage`.
@main
enum Soak {
  static let usage = """
    usage: soak FIRST COUNT [STEP]
    Runs COUNT guests, of the seeds FIRST, FIRST + STEP and so on, twice in one go, the second time with
    registers, ports and page tables watched, and once in small windows. The runs must not differ.
    A guest that crashes kemu, hangs or differs is named by its seed; `soak SEED 1` runs it alone.
    """

  static func main() throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    guard (2...3).contains(numbers.count), numbers.count == CommandLine.arguments.count - 1 else {
      print(usage)
      exit(64)
    }
    Watch.begin()
    let step = numbers.count > 2 ? numbers[2] : 1
    var failed = false
    var tally = Tally()
    for number in 0..<numbers[1] {
      let guest = try RandomGuest(seed: numbers[0] + number * step)
      Watch.guest(guest.seed)
      let first = try guest.run(window: .max, for: guest.time)
      tally.add(guest, first)
      for window in [.max, guest.window] {
        let watched = window == .max ? Difference.watched : []
        let again = try guest.run(window: window, for: guest.time, watching: watched)
        guard again != first else { continue }
        failed = true
        print(try Difference(guest, window: window, first, again))
      }
      fflush(nil)
    }
    print(tally)
    exit(failed ? 1 : 0)
  }
}
