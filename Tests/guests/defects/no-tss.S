// SPDX-License-Identifier: GPL-2.0-or-later
// User mode without a TSS: the first exception there finds no stack.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   gate    6, handler
        lidt    [idt_pointer]
        or      qword ptr [directory], 4         // U/S
        push    0x23
        push    offset stack_top
        push    2
        push    0x1b
        push    offset user
        iretq
user:   ud2
handler: cli
        hlt
