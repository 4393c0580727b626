// SPDX-License-Identifier: GPL-2.0-or-later
// Debug exceptions in 32-bit protected mode and virtual-8086 mode.
#include "protected.h"

        .set    HERE, NOW + 0x1c8               // eight bytes that nobody uses, aligned
        .set    PORT, 0x80
.macro  breakpoint place, about=0, length=0
        mov     eax, offset \place
        mov     dr0, eax
        mov     eax, 0x402 | \about << 16 | \length << 18
        mov     dr7, eax
        mov     eax, 0
.endm
case break-code
        breakpoint break_code_here
        nop
at
break_code_here:
        nop
case break-code-resume-flag
        breakpoint break_resume_here
        push    0x10002
        push    CODE
        push_address break_resume_here
        iretd
at
break_resume_here:
        nop
        nop
case break-code-behind-popf
        breakpoint break_popf_here
        push    0x10002                         // POPF does not load RF
        popfd
at
break_popf_here:
        nop
case break-code-ring-3
        breakpoint break_ring_3_here
        in_ring_3
        nop
at
break_ring_3_here:
        nop
case break-write
        breakpoint HERE, 1, 3
at;     mov     [HERE], ecx
        nop
case break-write-across
        breakpoint HERE, 1, 1
at;     mov     [HERE - 3], ecx
        nop
case break-read-beside
        breakpoint HERE, 3, 3
at;     mov     ecx, [HERE + 4]
        nop
case break-read-unaligned-beside
        breakpoint HERE, 3, 3
at;     mov     ecx, [HERE - 5]
        nop
case break-access-eight-bytes
        breakpoint HERE, 3, 2
at;     mov     cl, [HERE + 7]
        nop
case break-write-ring-3
        breakpoint HERE, 1, 0
        in_ring_3
at;     mov     [HERE], cl
        nop
case break-stos-in-the-middle
        breakpoint HERE + 4, 1, 3
        mov     edi, offset HERE
        mov     ecx, 3
at;     rep stosd
        nop
case break-port
        mov     eax, 1 << 3                     // CR4.DE
        mov     cr4, eax
        breakpoint PORT, 2, 1
at;     out     0x81, al
        nop
case general-detect
        mov     eax, 0x2400
        mov     dr7, eax
at;     mov     ecx, dr6
        nop
case step-rep, 3
        mov     edi, offset HERE
        mov     ecx, 3
        push    0x102
        popfd
at;     rep stosb
        nop
case step-ring-3
        in_ring_3 flags=0x102
at;     nop
        jmp     finished
