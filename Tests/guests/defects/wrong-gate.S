// SPDX-License-Identifier: GPL-2.0-or-later
// An IDT with gates of 8 bytes, as 32-bit mode has them, in long mode.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     rax, 0x00108e0000081234         // one for each vector
        lea     rdi, [idt]
        mov     ecx, 512
        rep     stosq
        lidt    [idt_pointer]
        ud2
