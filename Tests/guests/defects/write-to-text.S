// SPDX-License-Identifier: GPL-2.0-or-later
// A write to code, which is mapped read-only.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   mov     rax, cr0
        bts     rax, 16                         // WP
        mov     cr0, rax
        btr     qword ptr [directory], 1        // R/W of the first 2 MiB
        mov     rax, cr3
        mov     cr3, rax
        lea     rdi, [victim]
        mov     byte ptr [rdi], 0xcc
        hlt
        .size   main, . - main
        .type   victim, @function
victim: ret
        .size   victim, . - victim
