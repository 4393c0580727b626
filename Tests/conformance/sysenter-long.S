// SPDX-License-Identifier: GPL-2.0-or-later
// SYSENTER and SYSEXIT in 64-bit mode. They do not read the GDT, so any selectors serve.
#include "long.h"

.macro  allow_sysenter selector=CODE, target=finished
        mov     edx, 0
        mov     ecx, 0x174
        mov     eax, \selector
        wrmsr
        mov     ecx, 0x175
        mov     eax, offset rsp1
        wrmsr
        mov     ecx, 0x176
        mov     eax, offset \target
        wrmsr
        mov     eax, 0
.endm
case from-compatibility-mode
        allow_sysenter
        in_ring_3 code=COMPAT3
at;     sysenter
case from-ring-0
        allow_sysenter
at;     sysenter
case selector-with-rpl
        allow_sysenter CODE + 3
        in_ring_3 flags=0x202
at;     sysenter
case selector-of-rpl-alone
        allow_sysenter 3
        in_ring_3
at;     sysenter
case exit-to-64-bit-code
        allow_sysenter
        mov     ecx, offset user
        mov     edx, offset in_64_bit_code
at;     .byte   0x48, 0x0f, 0x35
in_64_bit_code:
        mov     rax, 0x123456789abcdef0
        finish_in_ring_3
case exit-to-32-bit-code
        allow_sysenter
        mov     ecx, offset user
        mov     edx, offset in_32_bit_code
at;     sysexit
        .code32
in_32_bit_code:
        dec     eax                             // a REX prefix in 64-bit mode
        int     0x7f
        .code64
case exit-to-non-canonical
        allow_sysenter
        mov     ecx, offset user
        mov     rdx, 0x800000000000
at;     .byte   0x48, 0x0f, 0x35
case exit-with-non-canonical-stack
        allow_sysenter
        mov     rcx, 0x800000000000
        mov     edx, offset behind_exit
at;     .byte   0x48, 0x0f, 0x35
behind_exit:
        jmp     finished
