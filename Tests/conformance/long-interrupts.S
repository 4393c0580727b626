// SPDX-License-Identifier: GPL-2.0-or-later
// Interrupts through the pair of 8259s in 64-bit mode, and exactly where they are taken. Each is
// pending before IF is set, or the processor waits for it in HLT, so that nothing depends on time.
#include "long.h"

.macro  port number, value
        mov     al, \value
        out     \number, al
.endm
        // Vectors 0x20 and 0x28; the lines in `mask` are let through.
.macro  controllers mask=0xfffe, mode=1
        port    0x20, 0x11
        port    0x21, 0x20
        port    0x21, 4
        port    0x21, \mode
        port    0xa0, 0x11
        port    0xa1, 0x28
        port    0xa1, 2
        port    0xa1, 1
        port    0xa1, (\mask) >> 8
        port    0x21, (\mask) & 0xff
.endm
        // PIT channel 0, mode 0: one edge, after `count` ticks.
.macro  timer count
        port    0x43, 0x30
        port    0x40, (\count) & 0xff
        port    0x40, (\count) >> 8
.endm
.macro  wait_for_request line=1, command=0x20
        port    \command, 0x0a
waiting\@:
        in      al, \command
        test    al, \line
        jz      waiting\@
        mov     eax, 0
.endm
.macro  flags value
        push    \value
        popfq
.endm
        // IRQ 0 is pending; IF is clear, and so are the other flags.
.macro  timer_pending
        timer   100
        controllers
        timer   100
        wait_for_request
        flags   2
.endm
        // IRQ 4: COM1's transmitter is empty, and says so as soon as it may.
.macro  serial_pending
        mov     edx, 0x3fc
        port    dx, 8                           // OUT2
        mov     edx, 0x3f9
        port    dx, 2
        wait_for_request 0x10
        flags   2
.endm

case sti-shadow
        timer_pending
        sti
        nop
at;     nop
        nop
case sti-sti
        timer_pending
        sti
        sti
at;     nop
case sti-cli
        timer_pending
        sti
at;     cli
        nop
case sti-hlt
        timer_pending
        sti
        hlt
at;     nop
case sti-mov-ss-only-first-delays
        mov     ecx, DATA0
        timer_pending
        sti
        mov     ss, ecx
at;     nop
        nop
case sti-then-fault, 2
        timer_pending
        sti
at;     ud2
case sti-then-int
        timer_pending
        sti
at;     int     0x80
case sti-then-trap-gate
        gate    0x80, 0x8f
        mov     eax, offset trap_gate_target
        mov     [idt + 0x80 * 16], ax
        timer_pending
        sti
        int     0x80
at
trap_gate_target:
        nop
case popf-no-shadow
        timer_pending
        flags   0x202
at;     nop
case iret-no-shadow
        timer_pending
        push    DATA0
        push    offset boot
        push    0x202
        push    CODE
        push    offset iret_no_shadow_target
        iretq
at
iret_no_shadow_target:
        nop
case iret-to-ring-3
        timer_pending
        in_ring_3 flags=0x202
at;     nop
case hlt-waits-for-timer
        timer   100
        controllers
        timer   20000
        flags   2
        mov     eax, 0
        sti
        hlt
at;     nop
case hlt-returns-behind, 2
        timer   100
        controllers
        timer   20000
        flags   2
        mov     eax, 0
        sti
at;     hlt
        int     0x80
case step-and-interrupt
        timer_pending
        flags   0x302
at;     nop
case ist
        gate_ist 0x20, 1
        timer_pending
        flags   0x202
at;     nop
case gate-absent
        gate    0x20, 0x0e
        timer_pending
        flags   0x202
at;     nop
case gate-beyond-limit
        idt_ends_with 0x1f
        timer_pending
        flags   0x202
at;     nop
case code-null
        gate_selector 0x20, 0
        timer_pending
        flags   0x202
at;     nop
case code-absent
        gate_selector 0x20, ABSENT_CODE
        timer_pending
        flags   0x202
at;     nop
case masked
        timer   100
        controllers 0xfffe
        timer   100
        wait_for_request
        port    0x21, 0xff
        flags   2
        sti
        nop
at;     nop
case serial
        controllers 0xffef
        serial_pending
        flags   0x202
at;     nop
case priority-of-two
        controllers 0xffee
        serial_pending
        timer   100
        wait_for_request
        flags   0x202
at;     nop
case second-waits-for-end, 2
        controllers 0xffee
        serial_pending
        timer   100
        wait_for_request
        flags   2
        sti
        nop
at;     nop
        cli
        port    0x20, 0x20
        mov     eax, 0
        flags   0x202
        nop
case automatic-end, 2
        controllers 0xffee, 3
        serial_pending
        timer   100
        wait_for_request
        flags   0x202
at;     nop
case rotated-priority
        controllers 0xffee
        port    0x20, 0xc0                      // line 0 is last
        serial_pending
        timer   100
        wait_for_request
        flags   0x202
at;     nop
case second-controller
        controllers 0xfefb
        port    0x70, 0x0b
        in      al, 0x71
        or      al, 0x40                        // periodic interrupts
        mov     ecx, eax
        port    0x70, 0x0b
        mov     eax, ecx
        out     0x71, al
        port    0x70, 0x0c
        in      al, 0x71
        mov     eax, 0
        mov     ecx, 0
        flags   2
        sti
        hlt
at;     nop
case poll
        timer_pending
        port    0x20, 0x0c
        in      al, 0x20
        mov     ecx, eax
        port    0x20, 0x0b
        in      al, 0x20
        shl     eax, 8
        mov     al, cl
        flags   0x202
at;     nop
        jmp     finished
