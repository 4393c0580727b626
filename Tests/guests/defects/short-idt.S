// SPDX-License-Identifier: GPL-2.0-or-later
// An IDT for the exceptions only, and a system call beyond it.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     word ptr [idt_pointer], 32 * 16 - 1
        lidt    [idt_pointer]
        int     0x80
        hlt
