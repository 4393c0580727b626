// SPDX-License-Identifier: GPL-2.0-or-later
// The screen with one zero too many.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   mov     qword ptr [directory + 5 * 8], 0        // nothing from 0xa00000 to 0xbfffff
        mov     rax, cr3
        mov     cr3, rax
        mov     word ptr [0xb80000 + 80], 0x0f48
        hlt
        .size   main, . - main
