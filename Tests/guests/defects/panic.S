// SPDX-License-Identifier: GPL-2.0-or-later
// A handler of page faults that gives up.
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
        xor     ebx, ebx
        call    read_field
        hlt
        .type   read_field, @function
read_field:
        push    rbp
        mov     rbp, rsp
        or      dword ptr [directory], 0
        mov     qword ptr [directory + 255 * 8], 0
        mov     eax, [0x1fe00010]
        pop     rbp
        ret
        .size   read_field, . - read_field
        .type   on_page_fault, @function
on_page_fault:
        push    rbp
        mov     rbp, rsp
        sub     rsp, 64
1:      cli
        hlt
        jmp     1b
        .size   on_page_fault, . - on_page_fault
