// SPDX-License-Identifier: GPL-2.0-or-later
// Gates with the CS that the boot loader had, which is data in the GDT that is loaded now.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   gate    6, handler
        mov     word ptr [idt + 6 * 16 + 2], 0x10
        lidt    [idt_pointer]
        ud2
        .size   main, . - main
handler: cli
        hlt
