// SPDX-License-Identifier: GPL-2.0-or-later
// A function that calls itself without end, with the page tables right below its stack.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   lea     rax, [low_directory + 7]        // the same tables again, under the stack
        mov     [low_pdpt], rax
        lea     rax, [low_pdpt + 7]
        mov     [low_pml4], rax
        lea     rsi, [directory]
        lea     rdi, [low_directory]
        mov     ecx, 512
        rep     movsq
        lea     rax, [low_pml4]
        mov     cr3, rax
        lea     rsp, [low_stack_top]
        call    recurse
        .type   recurse, @function
recurse:
        call    recurse
        ret
        .size   recurse, . - recurse
        .bss
        .balign 0x200000
low_pml4: .skip 4096
low_pdpt: .skip 4096
low_directory: .skip 4096
low_stack: .skip 4096
low_stack_top:
        .text
