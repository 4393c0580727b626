// SPDX-License-Identifier: GPL-2.0-or-later
// Claim: what the clocks say depends on the guest alone. Reads the time-stamp counter, the timer and
// the real-time clock until a second is over, and sends a checksum of all it read to COM1.
#include "intel.h"
        .set    COM1, 0x3f8
        .set    LINE_STATUS, COM1 + 5

        .code32
        .globl  _start
_start: lea     esp, [stack_top]
        mov     al, 0x34                        // channel 0: low byte, high byte; mode 2
        out     0x43, al
        xor     eax, eax
        out     0x40, al                        // 65536
        out     0x40, al
        xor     ebp, ebp                        // the checksum
        xor     eax, eax                        // RTC: seconds
        out     0x70, al
        in      al, 0x71
        mov     bl, al
1:      rdtsc
        call    mix
        xor     eax, eax                        // latch channel 0
        out     0x43, al
        in      al, 0x40
        call    mix
        in      al, 0x40
        call    mix
        in      al, 0x61                        // the refresh bit toggles
        call    mix
        xor     eax, eax
        out     0x70, al
        in      al, 0x71
        cmp     al, bl
        je      1b

        mov     ecx, 8                          // digits
2:      rol     ebp, 4
        mov     ebx, ebp
        and     ebx, 15
        mov     dx, LINE_STATUS
3:      in      al, dx
        test    al, 0x20                        // may send
        jz      3b
        mov     al, [digits + ebx]
        mov     dx, COM1
        out     dx, al
        loop    2b
        leave_with PASS

mix:    rol     ebp, 5
        xor     ebp, eax
        ret

        .section .rodata
digits: .ascii  "0123456789abcdef"
        .bss
        .skip   64
stack_top:
