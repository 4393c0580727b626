// SPDX-License-Identifier: GPL-2.0-or-later
// From multiboot to a kernel that a compiler has made: 64-bit mode, the first GiB mapped, no IDT.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   xor     ebp, ebp
        call    kernel_main
1:      cli
        hlt
        jmp     1b
