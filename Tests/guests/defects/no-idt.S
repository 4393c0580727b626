// SPDX-License-Identifier: GPL-2.0-or-later
// Paging without a handler: a write to a page that is missing, and no IDT.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   push    rbp
        mov     rbp, rsp
        call    clear_screen
        hlt
        .type   clear_screen, @function
clear_screen:
        push    rbp
        mov     rbp, rsp
        mov     edi, 0xfd000000
        mov     dword ptr [rdi], 0
        pop     rbp
        ret
        .size   clear_screen, . - clear_screen
