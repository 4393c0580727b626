// SPDX-License-Identifier: GPL-2.0-or-later
//
// The smallest kernel there is: a boot loader finds it, and two characters on the screen prove that
// its code runs.

.set HEADER_MAGIC, 0xE85250D6
.set ARCHITECTURE_I386, 0
.set END_TAG, 0

.set TEXT_MEMORY, 0xB8000
.set WHITE_ON_GREEN, 0x2F

// Multiboot2 Specification §3.1.1 "The layout of Multiboot2 header": the sum of the first four
// words is 0.
.section .multiboot_header, "a"
header:
        .long   HEADER_MAGIC
        .long   ARCHITECTURE_I386
        .long   header_end - header
        .long   -(HEADER_MAGIC + ARCHITECTURE_I386 + (header_end - header))
        .short  END_TAG, 0                      // type, flags
        .long   8                               // size
header_end:

// Multiboot2 Specification §3.3 "I386 machine state": protected mode, flat 32-bit segments.
.text
.code32
.global start
.type start, @function
start:
        movw    $WHITE_ON_GREEN << 8 | 'O', TEXT_MEMORY
        movw    $WHITE_ON_GREEN << 8 | 'K', TEXT_MEMORY + 2
1:      cli                                     // without the halt the processor would run on into
        hlt                                     // whatever follows in memory; an NMI ends a halt
        jmp     1b
.size start, . - start
