// SPDX-License-Identifier: GPL-2.0-or-later
// An SSE instruction, as compilers make them, and SSE is not switched on.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   xorps   xmm0, xmm0
        hlt
        .size   main, . - main
