// SPDX-License-Identifier: GPL-2.0-or-later
// Start-up: writes to the screen and leaves through port 0xF4 (status 33), all in 32-bit mode.
        .intel_syntax noprefix
#include "multiboot.h"

        .text
        .code32
        .globl  start
start:
        mov     esi, offset text
        mov     edi, 0xB8000
        mov     ah, 0x2F                        // white on green
1:      lodsb
        test    al, al
        jz      2f
        stosw
        jmp     1b
2:      mov     al, 0x10
        out     0xF4, al
3:      hlt
        jmp     3b

        .data
text:   .asciz  "Hello, screen"
