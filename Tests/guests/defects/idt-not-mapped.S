// SPDX-License-Identifier: GPL-2.0-or-later
// New page tables without the page of the IDT.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     dword ptr [idt_pointer + 2], 0x40001000
        lidt    [idt_pointer]
        ud2
