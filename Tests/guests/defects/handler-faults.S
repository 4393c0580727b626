// SPDX-License-Identifier: GPL-2.0-or-later
// A page-fault handler that reads what is not mapped.
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
        .type   on_page_fault, @function
on_page_fault:
        push    rax
        mov     rax, [0x50000000]
        pop     rax
        add     rsp, 8
        iretq
        .size   on_page_fault, . - on_page_fault
