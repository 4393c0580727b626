// SPDX-License-Identifier: GPL-2.0-or-later

/// A number as programmers write addresses: `0x1f`.
public func hex(_ value: some BinaryInteger) -> String { "0x" + String(value, radix: 16) }
