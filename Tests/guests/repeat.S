// SPDX-License-Identifier: GPL-2.0-or-later
// A string instruction that takes longer than a timer's period is interrupted between its repetitions, and does all of
// them.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .set    LENGTH, 0x100000
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
        timer_rate 119                  // 10 kHz
        xor     ebx, ebx
        sti
        mov     edi, 0x400000
        mov     ecx, LENGTH
        mov     al, 0x5a
repeated:
        rep stosb
behind_repeated:
        cli
        test    ecx, ecx
        require z, 1
        cmp     edi, 0x400000 + LENGTH
        require e, 2
        cmp     ebx, 1
        require ae, 3
        leave_with PASS
tick:   push    rax
        inc     ebx
        port_out 0x20, 0x20
        pop     rax
        iretq
