// SPDX-License-Identifier: GPL-2.0-or-later
// A handler of page faults that returns, with nothing changed.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    14, on_page_fault
        lidt    [idt_pointer]
reader: mov     eax, [0x40000000]
        hlt
on_page_fault:
        add     rsp, 8
        iretq
