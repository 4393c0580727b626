// SPDX-License-Identifier: GPL-2.0-or-later
// TF is set by flags that came from nowhere, and there is no IDT.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   push    rbp
        mov     rbp, rsp
        push    0x102
        popfq
        nop
        .globl  stepped
stepped:
        hlt
