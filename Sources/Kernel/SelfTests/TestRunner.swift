// SPDX-License-Identifier: GPL-2.0-or-later
#if KERNEL_TESTS
  import Boot
  import X86

  /// What the test image does instead of showing something: it runs tests, says on COM1 how they went,
  /// and leaves the machine by the exit port.
  enum TestRunner {
    /// What a panic has to say that is the aim of the test; nil if none is.
    nonisolated(unsafe) private static var expected: StaticString?

    /// How a machine ends whose exit port is that of QEMU's isa-debug-exit: with 2 · value + 1.
    private enum Result: UInt8 {
      case passed = 0x10
      case failed = 0x11
    }

    /// The test that the image is linked for (images.mk); nil in the one that is for all.
    private static var linkedCase: Slice<UnsafeRawBufferPointer>? {
      let name = linked_test_case()
      var count = 0
      while name[count] != 0 { count += 1 }
      return count == 0 ? nil : UnsafeRawBufferPointer(start: name, count: count)[...]
    }

    /// Runs the test that the image or `case=NAME` names, or all that the kernel survives.
    static func run(_ options: BootOptions, _ information: BootInformation) -> Never {
      Memory.open(information, heap: options.heap)
      Interrupts.open()
      if let name = options.testCase ?? linkedCase { runEnding(name, information) }
      var failures = 0
      for test in SelfTests.all() {
        let passed = test.body()
        if !passed { failures += 1 }
        say("\(test.name)...\t[\(passed ? "ok" : "failed")]")
      }
      say("\(failures) tests failed")
      leave(failures == 0 ? .passed : .failed)
    }

    private static func runEnding(
      _ name: Slice<UnsafeRawBufferPointer>, _ information: BootInformation
    ) -> Never {
      if name.elementsEqual("hang") {
        say("going round in circles, for ever")
        while true { spin_hint() }
      }
      for test in EndingTests.all(information) where name.elementsEqual(test.name) {
        expected = test.words
        test.body()
        say("\(test.name)...\t[failed]: it returned")
        leave(.failed)
      }
      say("there is no such test")
      leave(.failed)
    }

    /// The kernel has ended by a panic.
    static func ended(_ title: Text, _ message: Text) -> Never {
      let passed = expected.map { title.contains($0) || message.contains($0) } ?? false
      say("the panic was \(passed ? "expected" : "not expected")...\t[\(passed ? "ok" : "failed")]")
      leave(passed ? .passed : .failed)
    }

    private static func say(_ text: Text) {
      SerialPort.com1AsIs.write(text)
      SerialPort.com1AsIs.write("\n")
    }

    private static func leave(_ result: Result) -> Never {
      ProcessorPorts().write(result.rawValue, to: .debugExit)
      halt_forever()
    }
  }
#endif
