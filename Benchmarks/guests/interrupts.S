// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupts: the timer as fast as it goes, HLT until each of n ticks.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        test    rdi, rdi
        jz      2f
        mov     edx, 2                          // mode 2 takes no less
        call    start_timer
1:      hlt
        dec     rdi
        jnz     1b
2:      ret
