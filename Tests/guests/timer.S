// SPDX-License-Identifier: GPL-2.0-or-later
// A 1 kHz timer wakes the processor from HLT 100 times; the time-stamp counter agrees with it.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .code32
        .globl  _start
_start: enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        gate    32, tick
        lidt    [idt_pointer]
        remap_interrupts 0xfe
        timer_rate 1193
        sti
        xor     ebx, ebx
1:      hlt                             // the first tick, from which time is taken
        cmp     ebx, 1
        jb      1b
        rdtsc
        mov     esi, eax
2:      hlt
        cmp     ebx, 101
        jb      2b
        cli
        rdtsc
        sub     eax, esi
        cmp     eax, 99900000           // 100 ms at 1 GHz, as the divisor gives it: 99.985 ms
        require ae, 1
        cmp     eax, 100100000
        require be, 2
        leave_with PASS
tick:   push    rax
        inc     ebx
        port_out 0x20, 0x20
        pop     rax
        iretq
