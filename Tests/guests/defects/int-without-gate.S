// SPDX-License-Identifier: GPL-2.0-or-later
// A system call through a gate that nobody has filled.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   lidt    [idt_pointer]
        int     0x80
        hlt
