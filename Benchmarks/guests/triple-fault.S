// SPDX-License-Identifier: GPL-2.0-or-later
// Triple fault: an invalid opcode, with no IDT to find a handler in.
        .intel_syntax noprefix
#include "multiboot.h"

        .text
        .code32
        .globl  start
start:
        mov     dword ptr [0xB8000], 0x2F4B2F4F // OK
        ud2
