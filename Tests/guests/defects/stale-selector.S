// SPDX-License-Identifier: GPL-2.0-or-later
// A new GDT in which the CS of before is data; it shows when an interrupt returns.
#include "../intel.h"
        .code32
        .globl  _start
        .type   _start, @function
_start: lea     esp, [stack_top]
        lgdt    [gdt_pointer]
        lea     eax, [on_breakpoint]
        mov     [idt + 3 * 8], ax
        mov     word ptr [idt + 3 * 8 + 2], 8
        mov     word ptr [idt + 3 * 8 + 4], 0x8e00
        shr     eax, 16
        mov     [idt + 3 * 8 + 6], ax
        lidt    [idt_pointer]
        int3
        hlt
        .size   _start, . - _start
        .type   on_breakpoint, @function
on_breakpoint:
        iretd
        .size   on_breakpoint, . - on_breakpoint
        .data
gdt:    .quad   0
        .quad   0x00cf9b000000ffff              // 0x08 code
        .quad   0x00cf93000000ffff              // 0x10 data; GRUB's CS
gdt_pointer:
        .word   . - gdt - 1
        .long   gdt
idt_pointer:
        .word   4 * 8 - 1
        .long   idt
        .bss
idt:    .skip   4 * 8
        .skip   4096
stack_top:
