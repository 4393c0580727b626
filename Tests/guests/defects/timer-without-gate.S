// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupts on, with gates for exceptions only and the controllers as the BIOS left them: the timer comes as vector 8.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    13, handler
        gate    14, handler
        lidt    [idt_pointer]
        sti
idle:   hlt
        jmp     idle
handler: cli
        hlt
