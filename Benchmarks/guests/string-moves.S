// SPDX-License-Identifier: GPL-2.0-or-later
// String moves as a kernel makes them: a word, a line, a page, a screen; bytes and quadwords.
// 1074 visits of a string instruction per iteration, which move 16 to 4096 bytes each time.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main

.macro  string instruction, from, to, count
        lea     rsi, [rip + \from]
        lea     rdi, [rip + \to]
        mov     ecx, \count
        rep     \instruction
.endm

guest_main:
        mov     rdx, rdi
        test    rdx, rdx
        jz      2f
1:      mov     eax, edx
        string  movsb, source, target, 16       //    16 bytes
        string  stosb, source, target, 64       //    64 bytes
        string  movsd, source, target, 40       //   160 bytes: a row of the screen
        string  movsq, source, target, 64       //   512 bytes
        string  stosq, source, target, 512      //  4096 bytes: clear a page
        string  movsq, target, source, 378      //  3024 bytes
        dec     rdx
        jnz     1b
2:      ret

        .bss
        .balign 4096
source: .skip   4096
target: .skip   4096
