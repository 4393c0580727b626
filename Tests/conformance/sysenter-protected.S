// SPDX-License-Identifier: GPL-2.0-or-later
// SYSENTER and SYSEXIT in 32-bit protected mode.
#include "protected.h"

.macro  allow_sysenter
        mov     edx, 0
        mov     ecx, 0x174
        mov     eax, CODE
        wrmsr
        mov     ecx, 0x175
        mov     eax, offset rsp1
        wrmsr
        mov     ecx, 0x176
        mov     eax, offset finished
        wrmsr
        mov     eax, 0
.endm
case not-set-up
        in_ring_3
at;     sysenter
case enter
        allow_sysenter
        in_ring_3 flags=0x202
at;     sysenter
case exit
        allow_sysenter
        mov     ecx, offset user
        mov     edx, offset in_ring_3_again
at;     sysexit
in_ring_3_again:
        finish_in_ring_3
case enter-keeps-flags
        allow_sysenter
        mov     ecx, 0x176
        mov     edx, 0
        mov     eax, offset entered
        wrmsr
        mov     eax, 0
        cmp     eax, 1
        sysenter
entered:
at;     int3
case exit-keeps-flags
        allow_sysenter
        mov     ecx, offset user
        mov     edx, offset left
        cmp     eax, 1
        sysexit
left:
at;     hlt
case exit-not-set-up
at;     sysexit
case exit-in-ring-3
        allow_sysenter
        in_ring_3
at;     sysexit
case syscall
at;     .byte   0x0f, 0x05
case sysret
at;     .byte   0x0f, 0x07
case insb-in-ring-3
        in_ring_3
at;     insb
case cr0-pg-to-long-mode-without-pae
        mov     ecx, 0xc0000080
        mov     eax, 0x100
        mov     edx, 0
        wrmsr
        mov     eax, cr0
        bts     eax, 31
at;     mov     cr0, eax
        jmp     finished
