// SPDX-License-Identifier: GPL-2.0-or-later
// A timer whose handler does not tell the controller that it is done.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    32, on_timer
        lidt    [idt_pointer]
        remap_interrupts 0xfe
        timer_rate 11932
        sti
idle:   hlt
        jmp     idle
        .type   on_timer, @function
on_timer:
        inc     qword ptr [ticks]
        iretq
        .size   on_timer, . - on_timer
        .bss
ticks:  .skip   8
