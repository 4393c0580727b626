// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Fills sixteen frames with entries that mostly point at one another, so that any frame can serve
/// as a table of any level and most walks get far; the rest of the bits are thrown with weights that
/// let every rule decide now and then.
func randomTables(_ mode: PagingMode, using random: inout Random) -> (FakeMemory, cr3: UInt64) {
  let memory = FakeMemory(size: 16 * 4096)
  let size = mode == .bits32 ? 4 : 8
  for address in stride(from: 0, to: 16 * 4096, by: size) {
    memory.store(randomEntry(mode, using: &random), at: UInt64(address), count: size)
  }

  let low = random.next() & 0x18  // PWT and PCD
  var cr3 = (random.next() & 15) << 12
  if mode == .pae {
    cr3 |= (random.next() & 127) << 5
    for number in 0..<4 where !random.once(in: 8) {
      let address = cr3 + UInt64(number) * 8
      let entry = memory.load64(PhysAddr(address)) & 0x0000_00ff_ffff_fe19
      memory.store(entry, at: address, count: 8)
    }
  }
  return (memory, cr3 | low)
}

private func randomEntry(_ mode: PagingMode, using random: inout Random) -> UInt64 {
  var entry = (random.next() & 15) << 12  // a frame
  entry |= random.next() & 0xf78  // PWT, PCD, A, D, G and the free bits
  if !random.once(in: 24) { entry |= 1 }
  if !random.once(in: 6) { entry |= 2 }
  if !random.once(in: 6) { entry |= 4 }
  if random.once(in: 4) {
    entry |= 0x80
    if !random.once(in: 6) { entry &= ~0x1_e000 }
    // Somewhere in 52 bits, for the page: mostly below 2^36.
    entry |= random.next() >> (random.once(in: 4) ? 12 : 28) & ~0x3fff_ffff
    if mode == .bits32 { entry |= random.next() & 0xffc0_0000 }
  }
  if random.once(in: 12) { entry |= 1 << 63 }
  if mode == .fourLevel && random.once(in: 4) { entry |= random.next() & 0x7ff0_0000_0000_0000 }
  if random.once(in: 24) { entry |= 1 << (12 + random.next() % 51) }
  return entry
}
