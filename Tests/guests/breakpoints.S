// SPDX-License-Identifier: GPL-2.0-or-later
// Breakpoints on an instruction, on data and on a port are met as often as what they are about happens, while a timer
// interrupts; single steps count; nothing is met any more when they are off.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .set    ROUNDS, 50
        .code32
        .globl  _start
_start: enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        gate    1, debug
        gate    32, tick
        lidt    [idt_pointer]
        remap_interrupts 0xfe
        timer_rate 119                  // 10 kHz
        mov     rax, cr4
        or      eax, 1 << 3             // DE
        mov     cr4, rax
        xor     r8d, r8d                // instructions, writes, ports, steps
        xor     r9d, r9d
        xor     r10d, r10d
        xor     r11d, r11d
        lea     eax, [watched]
        mov     dr0, rax
        lea     eax, [cells + 4]
        mov     dr1, rax
        mov     eax, 0x80
        mov     dr2, rax
        mov     eax, 0x2d0042a          // DR0 code, DR1 writes of four bytes, DR2 a port
        mov     dr7, rax
        sti
        call    rounds
        cmp     r8d, ROUNDS
        require e, 1
        cmp     r9d, ROUNDS * 5         // INC, and four of the string's bytes
        require e, 2
        cmp     r10d, ROUNDS
        require e, 3
        test    r11d, r11d
        require z, 4
        xor     eax, eax                // off
        mov     dr7, rax
        call    rounds
        cmp     r9d, ROUNDS * 5
        require e, 5
        pushfq
        or      dword ptr [rsp], 0x100  // TF
        popfq
        nop                             // three steps: NOP, PUSHFQ, AND
        pushfq
        and     dword ptr [rsp], ~0x100
        popfq
        nop
        cmp     r11d, 4                 // POPFQ still began with TF set
        require e, 6
        leave_with PASS

rounds: mov     ebx, ROUNDS
watched:
        inc     dword ptr [cells + 6]   // reaches into it
        lea     edi, [cells]
        mov     ecx, 11
        mov     al, 0
        rep stosb
        out     0x80, al
        dec     ebx
        jnz     watched
        ret

debug:  push    rax
        mov     rax, dr6
        test    al, 1
        jz      1f
        inc     r8d
        or      dword ptr [rsp + 24], 0x10000 // RF
1:      test    al, 2
        jz      1f
        inc     r9d
1:      test    al, 4
        jz      1f
        inc     r10d
1:      test    ah, 0x40
        jz      1f
        inc     r11d
1:      mov     eax, 0xffff0ff0
        mov     dr6, rax
        pop     rax
        iretq
tick:   push    rax
        port_out 0x20, 0x20
        pop     rax
        iretq
        .bss
        .balign 16
cells:  .skip   16
