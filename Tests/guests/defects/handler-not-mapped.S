// SPDX-License-Identifier: GPL-2.0-or-later
// A gate that has lost the upper half of its handler's address, as one of 8 bytes would.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    14, 0x80101000
        lidt    [idt_pointer]
reader: mov     eax, [0x40000000]
        hlt
