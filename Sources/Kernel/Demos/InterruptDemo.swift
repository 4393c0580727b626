// SPDX-License-Identifier: GPL-2.0-or-later
import Boot
import X86

/// `demo=timer` and `demo=keyboard`: interrupts of devices.
enum InterruptDemo {
  #if os(Linux)
    /// Nothing: the build host's devices are its own.
    static func timer(_ options: BootOptions, _ information: BootInformation) {}
    /// Nothing, either.
    static func keyboard(_ options: BootOptions, _ information: BootInformation) {}
  #else
    /// A dot for each tenth of a second, for two seconds.
    static func timer(_ options: BootOptions, _ information: BootInformation) {
      Memory.open(information, heap: options.heap)
      Interrupts.open(hertz: options.hertz)
      Console.print("A dot for each tenth of a second:")
      for _ in 0..<20 {
        Interrupts.wait(ticks: UInt64(Timer.hertz) / 10)
        Console.print(".", terminator: "")
      }
      disable_interrupts()
      Console.print("")
      Console.print("It did not crash!", color: ColorCode(.lightGreen))
    }

    /// What is typed, up to Escape.
    static func keyboard(_ options: BootOptions, _ information: BootInformation) {
      Memory.open(information, heap: options.heap)
      Interrupts.open(hertz: options.hertz)
      Console.print("What is typed comes here, up to Escape:")
      while true {
        let character = Interrupts.nextCharacter()
        if character == 0x1B { break }
        Console.print("\(Unicode.Scalar(character))", terminator: "")
      }
      disable_interrupts()
      Console.print("")
      Console.print("It did not crash!", color: ColorCode(.lightGreen))
    }
  #endif
}
