// SPDX-License-Identifier: GPL-2.0-or-later
// Register loop: arithmetic, shifts and a branch that is taken; memory is never touched.
// 10 instructions per iteration.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        mov     eax, 1
        mov     ecx, 3
        mov     edx, 7
        test    rdi, rdi
        jz      2f
1:      add     rax, rcx
        xor     rdx, rax
        lea     rcx, [rcx + rdx * 2 + 5]
        rol     rdx, 7
        sub     rax, rdx
        and     rcx, -16
        or      rdx, rcx
        shr     rax, 3
        dec     rdi
        jnz     1b
2:      ret
