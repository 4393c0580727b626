// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses that are not canonical in 64-bit mode: which accesses are #SS, and branches of every kind.
#include "long.h"

        .set    BAD, 0x800000000000             // the first address that is not canonical

.macro  at_bad_stack name, instruction:vararg
case \name
        gate_ist 12, 1
        gate_ist 13, 1
        mov     rsp, BAD + 0x100
at;     \instruction
.endm
        at_bad_stack enter, enter 0x10, 0
        at_bad_stack pushfq, pushfq
        at_bad_stack popfq, popfq
        at_bad_stack push-immediate, push 1
        at_bad_stack push-fs, push fs
        at_bad_stack pop-gs, pop gs
        at_bad_stack push-memory, push qword ptr [NOW]
        at_bad_stack pop-memory, pop qword ptr [NOW]
        at_bad_stack call-memory, call qword ptr [case_code]
        at_bad_stack ret, ret
        at_bad_stack far-ret, retfq
        at_bad_stack load-by-rsp, mov eax, [rsp]
        at_bad_stack load-by-rsp-gs, mov eax, gs:[rsp]
case leave
        mov     rbp, BAD
at;     leave
case load-by-rbp-ds
        mov     rbp, BAD
at;     .byte   0x3e, 0x8b, 0x45, 0x00
case load-by-rax-ss
        mov     rax, BAD
at;     .byte   0x36, 0x8b, 0x00
case load-by-r13
        mov     r13, BAD
at;     mov     eax, [r13]
case push-of-non-canonical
        mov     rax, BAD
at;     push    qword ptr [rax]
case call-through-non-canonical
        mov     rax, BAD
at;     call    qword ptr [rax]
case move-to-non-canonical
        mov     rdi, BAD
        mov     esi, NOW
at;     movsb

case ret-with-release
        mov     rax, BAD
        push    rax
at;     ret     0x10
case jump-through-memory
        mov     rax, BAD
        mov     [NOW], rax
at;     jmp     qword ptr [NOW]
case call-through-memory
        mov     rax, BAD
        mov     [NOW], rax
at;     call    qword ptr [NOW]
case jump-to-last-non-canonical
        mov     rax, 0xffff7fffffffffff
at;     jmp     rax
case jump-stepped
        mov     rax, BAD
        push    0x102
        popfq
at;     jmp     rax
case jump-in-ring-3
        in_ring_3
        mov     rax, BAD
at;     jmp     rax
case far-ret-non-canonical
        mov     eax, CODE
        push    rax
        mov     rax, BAD
        push    rax
at;     retfq
case far-ret-to-both-sizes
        push    BOTH_SIZES
        push    offset finished
at;     retfq
case far-call-to-both-sizes
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], BOTH_SIZES
at;     call    fword ptr [far]
case far-jump-non-canonical
        mov     rax, BAD
        mov     [far], rax
        mov     word ptr [far + 8], CODE
at;     .byte   0x48, 0xff, 0x2c, 0x25          // jmp m16:64
        .long   far
        jmp     finished
