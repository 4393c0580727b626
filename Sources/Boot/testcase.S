// SPDX-License-Identifier: GPL-2.0-or-later
//
// Which test an image is for that runs one only: its name, zero at the end. images.mk links a name in
// front of this one; without it there is none, and in the kernel's own image nobody asks.
#ifndef __linux__
.section .rodata.test_case, "a", @progbits
.weak test_case
.type test_case, @object
test_case:      .byte 0
.size test_case, 1
#else
.section .note.GNU-stack, "", @progbits
#endif
