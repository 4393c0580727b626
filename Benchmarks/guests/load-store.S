// SPDX-License-Identifier: GPL-2.0-or-later
// Load/store loop: reads and writes of 1, 4 and 8 bytes all over 64 KiB, none across a page.
// 11 instructions per iteration, 3 of them load and 3 store.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        lea     rsi, [rip + buffer]
        xor     eax, eax
        xor     ecx, ecx
        test    rdi, rdi
        jz      2f
1:      mov     rdx, [rsi + rcx]
        add     rax, rdx
        mov     [rsi + rcx], rax
        mov     edx, [rsi + rcx + 24]
        mov     [rsi + rcx + 8], edx
        mov     dl, [rsi + rcx + 40]
        mov     [rsi + rcx + 48], dl
        add     ecx, 4160                       // another page each time, another line too
        and     ecx, 0xFFC0
        dec     rdi
        jnz     1b
2:      ret

        .bss
        .balign 4096
buffer: .skip   65536 + 4096
