// SPDX-License-Identifier: GPL-2.0-or-later
// A function that calls itself without end, with an unmapped page below its stack.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        // The first 2 MiB in pages of 4 KiB, but for one.
main:   lea     rdi, [table]
        mov     eax, 3
        mov     ecx, 512
1:      mov     [rdi], rax
        add     rax, 0x1000
        add     rdi, 8
        loop    1b
        lea     rax, [guard]
        shr     eax, 12
        mov     qword ptr [table + rax * 8], 0
        lea     rax, [table + 3]
        mov     [directory], rax
        mov     rax, cr3
        mov     cr3, rax
        lea     rsp, [guarded_top]
        xor     ebp, ebp
        call    start
        .type   start, @function
start:  push    rbp
        mov     rbp, rsp
        call    recurse
        pop     rbp
        ret
        .size   start, . - start
        .type   recurse, @function
recurse:
        push    rbp
        mov     rbp, rsp
        sub     rsp, 16
        call    recurse
        leave
        ret
        .size   recurse, . - recurse
        .bss
        .balign 4096
table:  .skip   4096
guard:  .skip   4096
guarded: .skip  16384
guarded_top:
        .text
