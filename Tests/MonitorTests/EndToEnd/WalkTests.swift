// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// `kemu walk` as a person and a script see it.
@Suite struct WalkTests {
  @Test func aPipeGetsAllLevelsAtOnceAndStandardErrorTheMoment() throws {
    let run = try Run(["walk", Kernels.image("kernel"), "0xb8000"])
    #expect(run.exitCode == 0)
    #expect(run.text.hasPrefix("0xb8000, by 4-level paging\n"))
    #expect(run.text.contains("0xb8000 is physical 0xb8000 (VGA text memory)"))
    #expect(run.text.contains("  user        read   #PF 0x5 (P U/S)      PML4[0]: U/S is 0"))
    #expect(!run.text.contains("\u{1B}"))
    #expect(run.messages.hasPrefix("kemu: the guest halted with interrupts off at 0x10"))
  }

  @Test func theAddressOfAFaultIsWalkedAsTheProcessorFoundIt() throws {
    let guest = try Kernels.guest("faults.elf")
    let run = try Run(["walk", guest, "cr2", "--append", "01", "--at", "fault 1"])
    #expect(run.exitCode == 0)
    #expect(run.messages.hasPrefix("kemu: fault 1: #PF Page Fault, error code 0x0, CR2 0x40000008"))
    #expect(run.text.contains("P of PT[0] is 0: nothing is mapped from 0x40000000 to 0x40000fff"))
  }

  @Test func jsonHasTheFieldsOfTheDocumentation() throws {
    let run = try Run(
      ["walk", Kernels.guest("paging-pae.elf"), "0x407004", "--map", "--format", "json"])
    #expect(run.exitCode == 0)
    let whole = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
    #expect(
      Set(whole.keys) == [
        "at", "sentence", "instructions", "rip", "paging", "cr3", "walk", "map",
      ])
    #expect(whole["paging"] as? String == "PAE paging" && whole["at"] as? String == "end")
    let walk = try #require(whole["walk"] as? [String: Any])
    #expect(Set(walk.keys) == ["address", "symbol", "steps", "outcome", "accesses"])
    let steps = try #require(walk["steps"] as? [[String: Any]])
    #expect(steps.map { $0["level"] as? String } == ["PDPT", "PD", "PT"])
    #expect(steps.last?["flags"] as? [String] == ["P", "R/W", "A", "D"])
    let page = try #require(steps.last?["target"] as? [String: Any])
    #expect(page["page"] as? Int == 4096 && page["symbol"] == nil)
    let outcome = try #require(walk["outcome"] as? [String: Any])
    #expect(outcome["kind"] as? String == "mapped" && outcome["symbol"] as? String == "frame+0x4")
    let accesses = try #require(walk["accesses"] as? [[String: Any]])
    #expect(accesses.count == 6)
    let user = try #require(accesses.last?["outcome"] as? [String: Any])
    #expect(user["errorCode"] as? String == "0x5" && user["bit"] as? String == "U/S is 0")
    let map = try #require(whole["map"] as? [String: Any])
    #expect(map["complete"] as? Bool == true)
    let areas = try #require(map["areas"] as? [[String: Any]])
    #expect(areas.first?["start"] as? String == "0x0")
    #expect(areas.last?["last"] as? String == "0xffffffff")
  }

  @Test(arguments: [
    (["0xb8000", "--at", "instruction 99"], 0, "kemu: instruction 99: at 0x10"),
    (["0xb8000", "--at", "start64"], 0, "kemu: start64: at 0x10"),
    (["0xb8000", "--at", "fault 1"], 122, "kemu: fault 1 was not reached: the guest halted"),
    (
      ["0xb8000", "--at", "0xdead", "--max-instructions", "99"], 124,
      "kemu: 0xdead was not reached: the budget of 99 instructions ran out"
    ),
    (["no_such_symbol"], 64, "kemu: the kernel has no symbol no_such_symbol"),
    ([], 64, "kemu: name the address to walk, or add --map"),
    (["0xb8000", "--at", "rsp"], 64, "Error: The value 'rsp' is invalid for '--at <WHERE>'"),
    (["0xb8000", "--at", "fault 0"], 64, "Error: The value 'fault 0' is invalid"),
  ])
  func theStatusSaysWhetherTheMomentWasReached(
    _ arguments: [String], status: Int32, message: String
  ) throws {
    let run = try Run(["walk", Kernels.image("kernel")] + arguments)
    #expect(run.exitCode == status)
    #expect(run.messages.hasPrefix(message), "\(run.messages)")
    #expect((status == 0) == !run.text.isEmpty)
  }

  @Test func inATerminalEnterShowsOneLevelAfterTheOther() throws {
    let terminal = try PseudoTerminal(rows: 60, columns: 80)
    let before = terminal.settings
    let process = try terminal.spawn(
      Program.path(), ["walk", Kernels.image("kernel"), "0xb8000"], environment: Program.environment
    )
    func shows(_ text: String) -> Bool {
      terminal.wait { $0.text.contains { $0.contains(text) } }
    }
    #expect(shows("Enter: the next level"))
    #expect(!terminal.view.text.contains { $0.contains("address bits 47 to 39") })
    for next in ["address bits 47 to 39", "address bits 38 to 30", "address bits 29 to 21"] {
      terminal.send("\r")
      #expect(shows(next) && shows("Enter: "))
    }
    #expect(shows("Enter: the end"))
    terminal.send("\r")
    #expect(shows("supervisor  read   allowed"))
    let status = try #require(terminal.waitForEnd(of: process))
    #expect(status == 0 && terminal.settings == before && terminal.view.unknown.isEmpty)
    #expect(!terminal.view.text.contains { $0.contains("Enter: ") }, "prompts go away")
    let row = try #require(terminal.view.text.firstIndex { $0.contains("supervisor  read") })
    #expect(terminal.view[row, 21].style == [32], "allowed is green")
  }

  @Test func aPersonMayStopInTheMiddle() throws {
    let terminal = try PseudoTerminal(rows: 60, columns: 80)
    let process = try terminal.spawn(
      Program.path(), ["walk", Kernels.image("kernel"), "0xb8000"],
      environment: Program.environment + ["NO_COLOR=1"])
    #expect(terminal.wait { $0.text.contains { $0.contains("Enter: the next level") } })
    terminal.send("q\r")
    #expect(try #require(terminal.waitForEnd(of: process)) == 0)
    #expect(!terminal.view.text.contains { $0.contains("address bits 47") })
  }

  @Test func allAndFORCECOLORDoWhatTheySay() throws {
    let terminal = try PseudoTerminal(rows: 60, columns: 80)
    let process = try terminal.spawn(
      Program.path(), ["walk", Kernels.image("kernel"), "0xb8000", "--all"],
      environment: Program.environment)
    #expect(try #require(terminal.waitForEnd(of: process)) == 0)
    #expect(terminal.view.text.contains { $0.contains("supervisor  read   allowed") })
    let forced = try Run(
      ["walk", Kernels.image("kernel"), "0xb8000"], environment: ["FORCE_COLOR=1"])
    #expect(forced.text.contains("\u{1B}[32mallowed"))
  }
}
