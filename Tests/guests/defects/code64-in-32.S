// SPDX-License-Identifier: GPL-2.0-or-later
// 64-bit code at the entry, which is 32-bit.
#include "../intel.h"
        .code64
        .globl  _start
        .type   _start, @function
_start: mov     rax, [stack_top]
        mov     rdi, rax
        lea     rsp, [rax + 64]
        push    rdi
        mov     rcx, 0xc0000080
        ud2
        .size   _start, . - _start
        .bss
        .skip   64
stack_top: .skip 8
