// SPDX-License-Identifier: GPL-2.0-or-later
// Debug exceptions in 64-bit mode: the trap flag, breakpoints on code, data and ports, DR7.GD.
#include "long.h"

.macro  flags value
        push    \value
        popfq
.endm
case step, 1
        flags   0x102
at;     nop
        nop
case step-three, 3
        flags   0x102
at;     nop
        nop
        nop
        nop
case step-branch
        flags   0x102
at;     jmp     step_branch_target
        nop
step_branch_target:
        nop
case step-begins-with-iret
        push    DATA0
        push    offset boot
        push    0x102
        push    CODE
        push    offset step_iret_target
        iretq
at;     nop
step_iret_target:
        nop
        nop
case step-int
        flags   0x102
at;     int     0x80
case step-int-returns, 2
        flags   0x102
at;     int     0x80
        nop
        nop
case step-int3
        flags   0x102
at;     int3
case step-fault
        flags   0x102
at;     ud2
case step-popf-clears, 2
        push    2
        flags   0x102
at;     popfq
        nop
        nop
case step-pushf, 1
        flags   0x102
at;     pushfq
case step-mov-ss, 2
        mov     eax, DATA0
        flags   0x102
at;     mov     ss, eax
        nop
        nop
case step-sti
        flags   0x102
at;     sti
        nop
case step-rep, 3
        mov     ecx, 3
        mov     esi, NOW + 0x1c0
        mov     edi, NOW + 0x1c0
        flags   0x102
at;     rep movsb
        nop
case step-ring-3
        in_ring_3 flags=0x102
at;     nop
case step-to-int-dpl-3
        gate    0x80, 0xee
        in_ring_3 flags=0x102
at;     int     0x80
case step-int-dpl-0
        in_ring_3 flags=0x102
at;     int     0x80
case step-syscall
        mov     ecx, 0xc0000082
        mov     edx, 0
        mov     eax, offset step_syscall_target
        wrmsr
        mov     ecx, 0xc0000084
        mov     eax, 0x100
        wrmsr
        mov     ecx, 0xc0000081
        mov     edx, 0x00080008
        mov     eax, 0
        wrmsr
        mov     ecx, 0xc0000080
        rdmsr
        or      eax, 1
        wrmsr
        in_ring_3 flags=0x102
at;     syscall
step_syscall_target:
        nop
        nop

        // DR7: enable DR0, what it is about (0 code, 1 writes, 2 ports, 3 accesses), length - 1.
.macro  breakpoint address, about=0, length=0
        mov     eax, offset \address
        mov     dr0, rax
        mov     eax, 0x402 | \about << 16 | \length << 18
        mov     dr7, rax
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
        push    DATA0
        push    offset boot
        push    0x10002
        push    CODE
        push    offset break_resume_here
        iretq
at
break_resume_here:
        nop
        nop
case break-code-ring-3
        breakpoint break_ring_3_here
        in_ring_3
        nop
at
break_ring_3_here:
        nop
case break-write
        breakpoint NOW + 0x1c0, 1, 3
at;     mov     [NOW + 0x1c0], eax
        nop
case break-write-inside
        breakpoint NOW + 0x1c0, 1, 3
at;     mov     byte ptr [NOW + 0x1c3], 1
        nop
case break-write-beside
        breakpoint NOW + 0x1c0, 1, 3
at;     mov     byte ptr [NOW + 0x1c4], 1
        nop
case break-write-not-read
        breakpoint NOW + 0x1c0, 1, 3
at;     mov     eax, [NOW + 0x1c0]
        nop
case break-access-read
        breakpoint NOW + 0x1c0, 3, 3
at;     mov     eax, [NOW + 0x1c0]
        nop
case break-access-eight-bytes
        breakpoint NOW + 0x1c0, 3, 2
at;     mov     al, [NOW + 0x1c7]
        nop
case break-disabled
        breakpoint break_disabled_here
        mov     eax, 0x400
        mov     dr7, rax
        nop
at
break_disabled_here:
        nop
case break-general-detect
        mov     eax, 0x2400
        mov     dr7, rax
        mov     eax, 0
at;     mov     rax, dr0
        nop
        jmp     finished
