// SPDX-License-Identifier: GPL-2.0-or-later
// A call through a pointer that was never set.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   call    [callback]
        hlt
        .size   main, . - main
        .bss
callback: .skip 8
        .text
