// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupts of the keyboard wake the processor; it leaves at the make code of Escape. Every scancode
// goes to COM1, one interrupt for each.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        gate    33, key
        lidt    [idt_pointer]
        remap_interrupts 0xfd
        sti
1:      hlt
        jmp     1b
key:    in      al, 0x60
        mov     dx, 0x3f8
        out     dx, al
        cmp     al, 1
        je      2f
        port_out 0x20, 0x20
        iretq
2:      leave_with PASS
