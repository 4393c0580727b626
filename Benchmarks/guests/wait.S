// SPDX-License-Identifier: GPL-2.0-or-later
// Idle: one line on the screen, every IRQ masked, then `sti; hlt` for ever.
        .intel_syntax noprefix
#include "multiboot.h"

        .text
        .code32
        .globl  start
start:
        mov     dword ptr [0xB8000], 0x2F4B2F4F // OK
        mov     al, 0xFF                        // OCW1 of both 8259s: mask all
        out     0x21, al
        out     0xA1, al
1:      sti
        hlt
        jmp     1b
