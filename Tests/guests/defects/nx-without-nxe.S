// SPDX-License-Identifier: GPL-2.0-or-later
// XD in an entry, and EFER.NXE is 0.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .type   main, @function
main:   bts     qword ptr [directory + 4 * 8], 63
        mov     eax, [0x800000]
        hlt
        .size   main, . - main
