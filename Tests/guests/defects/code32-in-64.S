// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit code behind the jump to 64-bit mode.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .type   main, @function
main:   nop
        pusha
        hlt
        .size   main, . - main
