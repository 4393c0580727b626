// SPDX-License-Identifier: GPL-2.0-or-later
// A stack pointer that leads nowhere.
#include "../intel.h"
#include "../long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
main:   mov     esp, 0x50000000
        call    main
