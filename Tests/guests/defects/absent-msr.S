// SPDX-License-Identifier: GPL-2.0-or-later
// A local APIC is looked for without asking CPUID whether there is one. The handler does not keep ECX.
#include "../intel.h"
#include "../long-mode.h"
#include "../interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     eax, eax
        mov     ss, eax
        gate    13, on_protection
        lidt    [idt_pointer]
        call    find_apic
        hlt
        .type   find_apic, @function
find_apic:
        push    rbp
        mov     rbp, rsp
        mov     ecx, 0x1b
        rdmsr
        pop     rbp
        ret
        .size   find_apic, . - find_apic
        .type   on_protection, @function
on_protection:
        mov     ecx, 0x277
1:      cli
        hlt
        jmp     1b
        .size   on_protection, . - on_protection
