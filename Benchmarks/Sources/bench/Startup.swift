// SPDX-License-Identifier: GPL-2.0-or-later

/// From the start of the process to its end, for a guest that writes a line and leaves.
///
/// Contenders take turns, so that whatever else the machine does hits all of them alike.
func startup(_ contenders: [Contender], guests: String, rounds: Int) throws(BenchError) -> Section {
  var seconds = contenders.map { _ in [Double]() }
  for round in 0...rounds {
    for (index, contender) in contenders.enumerated() {
      let result = try run(contender.command(guests + "/hello.elf", 0), expecting: guestExit)
      if round > 0 { seconds[index].append(result.seconds) }  // the first round warms the caches
    }
  }
  let medians = seconds.map(median)
  return Section(
    title: "Start to exit: a multiboot1 guest writes to the screen and leaves (\(rounds) runs)",
    head: ["", "median", "of kemu"],
    rows: zip(contenders, medians).map { contender, seconds in
      [contender.name, milliseconds(seconds), fixed(seconds / medians[0], 1) + "x"]
    },
    goals: [
      Goal("kemu at most 12 ms", medians[0] <= 0.012),
      Goal("QEMU at least 8 times as long", medians[1] >= 8 * medians[0]),
    ])
}

/// From the start of the process until `text` is on the screen: kemu with the ELF file, QEMU with
/// the GRUB ISO of the same kernel, as one would have to boot a multiboot2 kernel there.
func boot(
  kemu: String, kernel: String, iso: String, until text: String, rounds: Int
) throws(BenchError) -> Section {
  var ours: [Double] = []
  var theirs: [Double] = []
  for _ in 0..<rounds {
    ours.append(
      try run([kemu, "run", "--headless", kernel, "--until", text], expecting: 0).seconds)
    theirs.append(try secondsUntilScreen(iso: iso, shows: text))
  }
  let (mine, other) = (median(ours), median(theirs))
  return Section(
    title: "Boot of the bundled kernel until “\(text)” is on the screen (\(rounds) runs)",
    head: ["", "median", "of kemu"],
    rows: [
      ["kemu, kernel.elf", milliseconds(mine), "1.0x"],
      ["QEMU, GRUB ISO", milliseconds(other), fixed(other / mine, 1) + "x"],
    ],
    goals: [Goal("QEMU at least 50 times as long", other >= 50 * mine)])
}

func milliseconds(_ seconds: Double) -> String { fixed(seconds * 1000, 1) + " ms" }
