// SPDX-License-Identifier: GPL-2.0-or-later
// What a processor does while it waits for three NMIs, chosen by the digit on the command line; the handler of each runs
// for some thousand instructions. The test raises them, and knows where they must come.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .code32
        .globl  _start
_start: mov     esi, [ebx + 16]
        movzx   eax, byte ptr [esi]
        mov     [chosen], eax
        enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        gate    1, debug
        gate    2, nmi
        gate    13, protection
        lidt    [idt_pointer]
        remap_interrupts 0xff
        xor     r12d, r12d              // NMIs
        xor     r13d, r13d              // whether the handler returns by a bad IRETQ
        mov     eax, [chosen]
        cmp     al, '1'
        je      waits
        cmp     al, '2'
        je      masks
        cmp     al, '3'
        je      switches_stacks
        cmp     al, '4'
        je      enables
        cmp     al, '5'
        je      returns_badly
        cmp     al, '6'
        je      repeats
spins:  inc     rbx
        cmp     r12d, 3
        jb      spins
        leave_with PASS
waits:  sti
1:      hlt
        cmp     r12d, 3
        jb      1b
        leave_with PASS
masks:  port_out 0x70, 0x8f
        mov     ecx, 1000
1:      loop    1b
        port_out 0x70, 0x0f
unmasked:
        cmp     r12d, 3
        jb      masks
        leave_with PASS
switches_stacks:
        mov     eax, 0x10
1:      mov     ss, eax
shadow_of_mov_ss:
        nop
behind_shadow_of_mov_ss:
        cmp     r12d, 3
        jb      1b
        leave_with PASS
enables:
        sti
shadow_of_sti:
        nop
        cli
        cmp     r12d, 3
        jb      enables
        leave_with PASS
returns_badly:
        inc     r13d
        jmp     spins
repeats:
        cld
1:      lea     edi, [buffer]
        mov     ecx, 0x1000
repeated:
        rep stosb
behind_repeated:
        cmp     r12d, 3
        jb      1b
        leave_with PASS

nmi:    push    rcx
        inc     r12d
        mov     ecx, 1000
1:      loop    1b
        pop     rcx
        test    r13d, r13d
        jnz     2f
return: iretq
2:      push    0                       // SS, RSP, RFLAGS, CS, RIP: CS has a selector beyond the GDT
        push    rsp
        push    2
        push    0x1000
        push    0
        dec     r13d
bad_return:
        iretq
protection:
        add     rsp, 6 * 8 + 5 * 8
good_return:
        iretq
debug:  mov     eax, 0x7e
        out     0xf4, al

        .data
chosen: .long   0
        .bss
        .balign 4096
buffer: .skip   0x1000
