// SPDX-License-Identifier: GPL-2.0-or-later
// Breakpoints on instructions and ports in 64-bit mode, rings and 32-bit code, DR6 and DR7 themselves.
#include "long.h"
#include "breakpoints.h"

        // Breakpoints on instructions.
case resumed-by-the-handler, 2
        handler_sets_resume
        breakpoint resumed_here
        nop
at
resumed_here:
        nop
        int     0x80
case not-in-its-middle
        breakpoint not_in_its_middle + 1
at
not_in_its_middle:
        mov     ecx, 1
case before-an-invalid-opcode
        breakpoint before_an_invalid_opcode
at
before_an_invalid_opcode:
        ud2
case resumed-before-an-invalid-opcode
        breakpoint resumed_before_an_invalid_opcode
        push    DATA0
        push    offset boot
        push    0x10002
        push    CODE
        push    offset resumed_before_an_invalid_opcode
        iretq
at
resumed_before_an_invalid_opcode:
        ud2
case on-an-absent-page
        breakpoint ABSENT
        mov     ecx, ABSENT
at;     jmp     rcx
case on-a-handler
        mov     ecx, offset on_a_handler
        mov     [idt + 0x80 * 16], cx
        shr     ecx, 16
        mov     [idt + 0x80 * 16 + 6], cx
        breakpoint on_a_handler
at;     int     0x80
        nop
on_a_handler:
        nop
case two-on-one-instruction
        address 0, two_on_one
        address 1, two_on_one
        control EXECUTION, 0, EXECUTION, 0
at
two_on_one:
        nop
case behind-sti
        breakpoint behind_sti
at;     sti
behind_sti:
        nop
case behind-mov-ss
        breakpoint behind_mov_ss
        mov     ecx, DATA0
at;     mov     ss, ecx
behind_mov_ss:
        nop
        nop
case data-of-mov-ss-waits
        mov     word ptr [HERE], DATA0
        breakpoint HERE, ACCESSES, LENGTH_2
at;     mov     ss, [HERE]
        nop
        nop
case data-of-mov-ss-waits-for-the-handler
        mov     word ptr [HERE], DATA0
        mov     ecx, offset waits_for_the_handler
        mov     [idt + 0x80 * 16], cx
        shr     ecx, 16
        mov     [idt + 0x80 * 16 + 6], cx
        breakpoint HERE, ACCESSES, LENGTH_2
at;     mov     ss, [HERE]
        int     0x80
waits_for_the_handler:
        nop
case rep-with-a-breakpoint-on-it, 2
        handler_sets_resume
        breakpoint rep_with_a_breakpoint
        mov     esi, NOW + 0x1e0
        mov     edi, HERE
        mov     ecx, 3
at
rep_with_a_breakpoint:
        rep movsb
        int     0x80
case step-onto-one, 2
        breakpoint step_onto_one
        push    0x102
        popfq
at;     nop
step_onto_one:
        nop

        // Rings, and 32-bit code.
case ring-3-write
        breakpoint HERE, WRITES, LENGTH_4
        in_ring_3
at;     mov     [HERE + 2], cx
        nop
case compatibility-code
        breakpoint compatibility_code_here
        in_ring_3 code=COMPAT3
        .code32
        nop
at
compatibility_code_here:
        nop
        .code64
case compatibility-read
        breakpoint HERE, ACCESSES, LENGTH_8
        in_ring_3 code=COMPAT3
        .code32
at;     mov     ecx, [HERE + 5]
        nop
        .code64

        // Ports.
case port-out
        debugging_extensions
        breakpoint PORT, PORTS, LENGTH_1
at;     out     0x80, al
        nop
case port-in-second-byte
        debugging_extensions
        breakpoint PORT + 1, PORTS, LENGTH_1
        mov     edx, 0x80
at;     in      ax, dx
        nop
case port-four-bytes
        debugging_extensions
        breakpoint PORT, PORTS, LENGTH_4
at;     out     0x83, al
        nop
case port-beside
        debugging_extensions
        breakpoint PORT, PORTS, LENGTH_2
at;     out     0x82, al
        nop
case port-is-no-memory
        debugging_extensions
        breakpoint HERE, PORTS, LENGTH_4
at;     mov     [HERE], ecx
        nop
case port-rep-outs
        debugging_extensions
        breakpoint PORT, PORTS, LENGTH_1
        mov     esi, HERE
        mov     edx, 0x80
        mov     ecx, 2
at;     rep outsb
        nop
case port-outs-reads-data
        breakpoint HERE, ACCESSES, LENGTH_1
        mov     esi, HERE
        mov     edx, 0x80
at;     outsb
        nop

        // The registers themselves.
case dr6-reserved-bits
        mov     ecx, 0x0fffffff
        mov     dr6, rcx
at;     mov     rcx, dr6
        mov     edx, 0
        mov     dr6, rdx
        mov     rdx, dr6
case dr7-reserved-bits
        mov     ecx, 0xdc00
        mov     dr7, rcx
at;     mov     rcx, dr7
case dr4-is-dr6
        mov     ecx, 0xffff4ff0
        mov     dr6, rcx
at;     mov     rcx, dr4
case dr5-is-dr7
        mov     ecx, 0x500
at;     mov     dr5, rcx
        mov     rcx, dr7
case dr4-with-extensions
        debugging_extensions
at;     mov     rcx, dr4
case dr6-upper-half
        mov     rcx, 0x100000000
at;     mov     dr6, rcx
case detection-of-a-write
        mov     ecx, 0x2400
        mov     dr7, rcx
at;     mov     dr1, rcx
case detection-ends-in-the-handler, 2
        mov     ecx, 0x2400
        mov     dr7, rcx
        mov     rcx, offset pass_detection
        mov     [hook], rcx
at;     mov     rcx, dr7
        int     0x80
case detection-is-off-for-int1
        mov     ecx, 0x2400
        mov     dr7, rcx
at;     .byte   0xf1
        jmp     finished
        jmp     finished

set_resume:                                     // the handler's return address is on top of the frame
        or      dword ptr [rsp + 24], 0x10000
        ret
pass_detection:
        mov     eax, 0x400
        mov     dr7, rax
        ret
