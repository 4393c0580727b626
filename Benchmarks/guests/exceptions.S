// SPDX-License-Identifier: GPL-2.0-or-later
// Exceptions: INT3 through a gate to a handler that returns at once, n times.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        lea     rax, [rip + handler]
        mov     ecx, 3
        call    set_gate
        test    rdi, rdi
        jz      2f
1:      int3
        dec     rdi
        jnz     1b
2:      ret

handler:
        iretq
