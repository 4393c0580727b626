// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// What of a kernel's file goes where in memory, before anything else is placed.
struct KernelImage {
  /// The parts, in the file's order.
  var parts: [LoadPlan.Write]
  /// The physical address of the first instruction.
  var entry: PhysAddr
  /// What was ignored or replaced.
  var warnings: [String] = []

  /// The memory it fills.
  var ranges: [Range<PhysAddr>] { parts.map(\.range) }
  /// The lowest address of any part.
  var base: PhysAddr { parts.map(\.address).min() ?? entry }
  /// The end of the highest part.
  var end: PhysAddr { ranges.map(\.upperBound).max() ?? entry }

  /// Refuses an image that does not lie in memory a loader may fill, each part for itself.
  func check(against map: MemoryMap) throws(LoadError.Problem) {
    if let (index, obstacle) = map.obstacle(in: ranges) {
      throw .obstacle(parts[index].name, parts[index].range, obstacle)
    }
    let sorted = parts.sorted { $0.address < $1.address }
    for (lower, upper) in zip(sorted, sorted.dropFirst())
    where upper.address < lower.range.upperBound {
      throw .overlap(lower.name, upper.name)
    }
  }
}

extension KernelImage {
  /// Reads the image from address fields: the header, `headerOffset` bytes into `file`, goes to
  /// `addresses.header`, and everything else follows from that.
  init(
    _ addresses: MultibootAddresses, entry: PhysAddr, headerOffset: UInt64,
    file: [UInt8], name: String
  ) throws(LoadError.Problem) {
    func flawed(_ flaw: LoadError.AddressFlaw) -> LoadError.Problem {
      .addresses(offset: headerOffset, flaw)
    }
    let (header, load) = (addresses.header, addresses.load)
    guard header >= load else { throw flawed(.headerBelowLoad(header: header, load: load)) }
    let before = UInt64(header - load)
    guard before <= headerOffset else { throw flawed(.beforeFile(before - headerOffset)) }
    let offset = headerOffset - before
    let end = addresses.loadEnd
    guard end == 0 || end >= load else { throw flawed(.endBelowLoad(end: end, load: load)) }
    let size = end == 0 ? UInt64(file.count) - offset : UInt64(end - load)
    let bytes: ArraySlice<UInt8>
    do throws(OutOfBounds) {
      var reader = ByteReader(file, at: offset)
      bytes = try reader.take(size)
    } catch {
      throw flawed(.pastFile(error))
    }
    let (bss, loaded) = (addresses.bssEnd, UInt64(load) + size)
    guard bss == 0 || UInt64(bss) >= loaded else {
      throw flawed(.bssBelowEnd(bss: bss, end: loaded))
    }
    let part = LoadPlan.Write(
      address: PhysAddr(UInt64(load)), bytes: bytes, zeroes: bss == 0 ? 0 : UInt64(bss) - loaded,
      name: name)
    guard part.range.contains(entry) else { throw flawed(.entryOutside(entry, part.range)) }
    self.init(parts: [part], entry: entry)
  }
}
