// SPDX-License-Identifier: GPL-2.0-or-later
// A CALL of compiled code with a stack pointer that is not at a multiple of 16.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     rax, cr4
        bts     rax, 9                          // OSFXSR
        mov     cr4, rax
        push    0
        call    compiled
        hlt
        .type   compiled, @function
compiled:
        sub     rsp, 24
        movaps  [rsp], xmm0
        add     rsp, 24
        ret
        .size   compiled, . - compiled
