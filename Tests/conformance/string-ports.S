// SPDX-License-Identifier: GPL-2.0-or-later
// INS and OUTS from ring 3 in 64-bit mode: the port is asked before memory is.
#include "long.h"

        .set    ABSENT, 0x40000000

.macro  with_map name, bits, place, instruction:vararg
case \name
        mov     word ptr [gdt + TSS], 0x2068
        mov     word ptr [tss + 0x68 + 16], 0xff00 | \bits
        mov     byte ptr [gdt + TSS + 5], 0x89
        mov     eax, TSS
        ltr     ax
        mov     edx, 0x80
        mov     ecx, 2
        mov     edi, \place
        mov     esi, \place
        in_ring_3
at;     \instruction
        finish_in_ring_3
.endm
        with_map insb, 1, NOW, insb
        with_map insb-to-nowhere, 1, ABSENT, insb
        with_map insb-allowed, 0, NOW, insb
        with_map insb-allowed-to-nowhere, 0, ABSENT, insb
        with_map insw-denied-second, 2, NOW, insw
        with_map insd-denied-fourth, 8, NOW, insd
        with_map rep-insb, 1, NOW, rep insb
        with_map outsb, 1, NOW, outsb
        with_map outsb-from-nowhere, 1, ABSENT, outsb
        with_map outsb-allowed-from-nowhere, 0, ABSENT, outsb
        with_map outsw-allowed, 0, NOW, outsw
        with_map outsd-denied-last, 8, NOW, outsd
        with_map rep-outsb-allowed, 0, NOW, rep outsb
case rdtscp-tsd
        mov     rax, cr4
        bts     rax, 2
        mov     cr4, rax
        in_ring_3
at;     rdtscp
case rdpmc-in-ring-0
at;     rdpmc
        jmp     finished
