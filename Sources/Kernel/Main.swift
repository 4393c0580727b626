// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The kernel's version, the same as kemu's.
let version: StaticString = "0.1.0"

/// Where boot.S comes to, in 64-bit mode, on the boot stack, with interrupts off; on return the
/// processor halts for good.
///
/// - Parameter bootInformation: Where what the boot loader tells is (Multiboot2 Specification §3.6).
@c(kernel_main)
func kernelMain(_ bootInformation: UInt) {
  #if !os(Linux)
    Exceptions.open()
  #endif
  let screen = Screen(memory: VGAText.memory)
  do throws(BootInformationError) {
    let information = try BootInformation(
      at: PhysAddr(UInt64(bootInformation)), below: Memory.bootMappingEnd)
    #if !os(Linux)
      Panic.symbols = Symbols(information, below: Memory.bootMappingEnd)
    #endif
    let options = BootOptions(commandLine: information.commandLine)
    Console.open(screen, mirror: options.serial ? SerialPort.com1() : nil)
    #if KERNEL_TESTS
      TestRunner.run(options, information)
    #else
      run(options, information)
    #endif
  } catch {
    Console.open(screen)
    panic("The boot information cannot be used: \(error)")
  }
}

/// Shows the demo that `options` ask for, or the names there are; without one, the first screen, and
/// the shell behind it if `options` say so.
func run(_ options: BootOptions, _ information: BootInformation) {
  switch options.demo {
  case .none:
    Welcome.show()
    if options.shell { startShell(options, information) }
  case .some(let demo): demo.show(options, information)
  case .unknown(let name):
    Console.print("There is no demo \(name). The demos are:", color: ColorCode(.lightRed))
    Demo.forEach { Console.print("  \($0.name)") }
  }
}

/// Sets up what the shell talks about, and goes on with it.
private func startShell(_ options: BootOptions, _ information: BootInformation) {
  #if !os(Linux)
    let inventory = Memory.open(information, heap: options.heap)
    Interrupts.open(hertz: options.hertz)
    Shell.run(inventory)
  #endif
}

/// SwiftPM wants a program to have an entry of its own; on bare metal nothing calls it.
@main
enum Program {
  static func main() {
    #if os(Linux)
      print("The kernel runs on bare metal: `make images` builds images/kernel.elf.")
    #endif
  }
}
