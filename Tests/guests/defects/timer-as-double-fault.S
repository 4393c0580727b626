// SPDX-License-Identifier: GPL-2.0-or-later
// The controllers as the BIOS left them, and a handler for double faults: the timer enters it.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    8, double_fault
        lidt    [idt_pointer]
        sti
idle:   hlt
        jmp     idle
double_fault:
        cli
        hlt
