// SPDX-License-Identifier: GPL-2.0-or-later
// The jump to 64-bit code goes through a 32-bit segment.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: mov     dword ptr [gdt + 8], 0xffff     // 0x08: L is 0, D is 1, 4 GiB
        mov     dword ptr [gdt + 12], 0x00cf9b00
        enter_long_mode main
        .code64
        .type   main, @function
main:   mov     rax, [stack_top]
        mov     rdi, rax
        mov     rsi, [rdi]
        mov     rcx, 0xc0000080
        ud2
        .size   main, . - main
