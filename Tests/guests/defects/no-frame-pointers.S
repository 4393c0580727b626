// SPDX-License-Identifier: GPL-2.0-or-later
// The same without frame pointers.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     esp, 0x80200000
        lea     rax, [table + 3]
        mov     [pdpt + 16], rax
        mov     qword ptr [table + 0], 0x400083 // 2 MiB at 0x80000000, nothing below
        xor     ebp, ebp
        call    recurse
        .type   recurse, @function
recurse:
        sub     rsp, 24
        call    recurse
        add     rsp, 24
        ret
        .size   recurse, . - recurse
        .bss
        .balign 4096
table:  .skip   4096
        .text
