// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// The boot loader: what GRUB does between reading files and entering the kernel, as a function.
public enum Loader {
  /// Computes what booting `kernel` does to a machine with this memory.
  ///
  /// The kernel is a multiboot1 or multiboot2 file: ELF32, ELF64, or any format with address
  /// fields; if it has both headers, multiboot2 counts. Files packed by gzip are unpacked, modules
  /// too, as GRUB does. Everything lies below 3 GiB, first the kernel where it wants to be, then
  /// above it, on pages of their own, the boot information, its other ELF sections, and the
  /// modules.
  ///
  /// - Parameters:
  ///   - name: The kernel's file name, for messages; the kernel is not told.
  ///   - commandLine: The kernel's arguments.
  /// - Throws: What is wrong, where in which file, and what to do.
  public static func plan(
    kernel: [UInt8], name: String, commandLine: String, modules: [BootModule], memory: MemoryMap
  ) throws(LoadError) -> LoadPlan {
    var warnings: [String] = []
    let modules = try modules.map { (module) throws(LoadError) in
      try unpacked(module, &warnings)
    }
    do throws(LoadError.Problem) {
      let file = try unpacked(kernel)
      let kernel = try BootableKernel(file, name: name, memory: memory)
      var plan = try plan(kernel, name, commandLine, modules, memory)
      plan.warnings += warnings
      return plan
    } catch {
      throw LoadError(file: name, problem: error)
    }
  }

  private static func plan(
    _ kernel: BootableKernel, _ name: String, _ commandLine: String, _ modules: [BootModule],
    _ memory: MemoryMap
  ) throws(LoadError.Problem) -> LoadPlan {
    var free = FreeMemory(memory, without: kernel.image.ranges)
    func take(_ size: Int, _ name: String) throws(LoadError.Problem) -> PhysAddr {
      guard let address = free.take(UInt64(size), alignment: 4096) else {
        throw .noRoom(name, size: UInt64(size), ram: memory.ramSize)
      }
      return address
    }
    var info = BootInformation(
      commandLine: Array(commandLine.utf8),
      modules: modules.map {
        BootInformation.Module(
          range: PhysAddr(0)..<PhysAddr(0), arguments: Array($0.arguments.utf8))
      },
      sections: kernel.isLoadedAsELF ? kernel.elf.flatMap(SectionTable.init) : nil,
      memory: memory, loadBase: kernel.image.base)

    // Its size is known before what it tells of has its place, so it can come first.
    let size = info.bytes(for: kernel.bootProtocol, at: PhysAddr(0)).count
    let address = try take(size, "the boot information")
    var writes = kernel.image.parts
    if let elf = kernel.elf {
      writes += try info.sections?.place(elf, in: &free, of: memory, kernel: name) ?? []
    }
    for (index, module) in modules.enumerated() where !module.bytes.isEmpty {
      let write = LoadPlan.Write(
        address: try take(module.bytes.count, "module \(module.name)"),
        bytes: module.bytes[...], zeroes: 0, name: "module \(module.name)")
      info.modules[index].range = write.range
      writes.append(write)
    }
    writes.append(
      LoadPlan.Write(
        address: address, bytes: info.bytes(for: kernel.bootProtocol, at: address)[...],
        zeroes: 0, name: "boot information"))
    return LoadPlan(
      writes: writes, entry: kernel.image.entry, eax: kernel.bootProtocol.loaderMagic,
      ebx: UInt32(truncatingIfNeeded: address.value), elf: kernel.elf,
      warnings: kernel.image.warnings)
  }

  /// A kernel's file, unpacked if it was packed.
  static func unpacked(_ file: [UInt8]) throws(LoadError.Problem) -> [UInt8] {
    guard Gzip.isPacked(file) else { return file }
    do throws(Gzip.Failure) {
      return try Gzip.unpack(file)
    } catch {
      throw .gzip(error)
    }
  }

  private static func unpacked(
    _ module: BootModule, _ warnings: inout [String]
  ) throws(LoadError) -> BootModule {
    guard Gzip.isPacked(module.bytes) else { return module }
    do throws(LoadError.Problem) {
      var result = module
      result.bytes = try unpacked(module.bytes)
      warnings.append(
        "module \(module.name) was packed by gzip: the kernel gets the \(result.bytes.count) bytes "
          + "that were in it, as with GRUB")
      return result
    } catch {
      throw LoadError(file: module.name, problem: error)
    }
  }
}

extension HeaderSearch.BootProtocol {
  /// EAX when the kernel is entered.
  var loaderMagic: UInt32 {
    self == .multiboot1 ? Multiboot1.loaderMagic : Multiboot2.loaderMagic
  }
}
