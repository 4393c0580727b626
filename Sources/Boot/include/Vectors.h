// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the stubs of interrupts.S are made from. A test compares it with `Exception` of X86.
#pragma once

/// Bit n is set if the processor pushes an error code for vector n: 8, 10 to 14, 17 and 21
/// (Intel SDM Vol. 3A Table 6-1 "Protected-Mode Exceptions and Interrupts").
#define VECTORS_WITH_ERROR_CODE 0x227D00

/// Bytes of each stub.
#define STUB_SIZE 16
