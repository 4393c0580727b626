// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit protected mode: interrupt, trap and task gates, TSS stacks, segments.
#include "protected.h"

case divide-by-zero
        mov     ecx, 0
at;     div     ecx
case int3
at;     int3
case into
        push    0x802
        popfd
at;     into
case into-clear
at;     into
case bound
        mov     dword ptr [far], 1
        mov     dword ptr [far + 4], 2
at;     bound   eax, [far]
case ud2
at;     ud2
case int-13-no-code
at;     int     13
case trap-gate
        gate    0x80, 0x8f
        push    0x202
        popfd
at;     int     0x80
case step
        push    0x102
        popfd
at;     nop
        nop
        .irp    type, 0, 4, 9, b, c
case gate-type-\type
        gate    0x80, 0x8\type
at;     int     0x80
        .endr
case gate-absent
        gate    0x80, 0x0e
at;     int     0x80
case gate-absent-exception
        gate    6, 0x0e
at;     ud2
case gate-beyond-limit
        idt_ends_with 0x7f
at;     int     0x80
case gate-beyond-limit-exception
        idt_ends_with 15
        push    0x37b
        fldcw   [esp]
        fld1
        fldz
        fdivp   st(1), st(0)
at;     fwait
.macro  to_selector name, selector, instruction="int 0x80", vector=0x80
case \name
        gate_selector \vector, \selector
at;     \instruction
.endm
        to_selector code-null, 0
        to_selector code-null-exception, 0, ud2, 6
        to_selector code-beyond-gdt, BEYOND
        to_selector code-data, DATA0
        to_selector code-tss, TASK
        to_selector code-absent, ABSENT_CODE
        to_selector code-absent-exception, ABSENT_CODE, ud2, 6
        to_selector code-ring-3, CODE3
        to_selector code-conforming, CONFORMING
        to_selector code-no-ldt, 4
        to_selector code-execute-only, EXECUTE_ONLY
case code-in-ldt
        mov     eax, LDT
        lldt    ax
        gate_selector 0x80, 4
at;     int     0x80
        // Rings.
case ring-3-int
        gate    0x80, 0xee
        in_ring_3
at;     int     0x80
case ring-3-int-dpl-0
        in_ring_3
at;     int     0x80
case ring-3-int3-dpl-0
        in_ring_3
at;     int3
case ring-3-into-dpl-0
        in_ring_3 flags=0x802
at;     into
case ring-3-hlt
        in_ring_3
at;     hlt
case ring-3-ud2
        in_ring_3
at;     ud2
case ring-3-to-ring-1
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_ring_3 flags=0x3002
at;     int     0x80
case ring-1-to-ring-0
        gate    0x80, 0xae
        in_ring_3 code=CODE1+1, data=DATA1+1
at;     int     0x80
case ring-3-to-conforming
        gate    0x80, 0xee
        gate_selector 0x80, CONFORMING
        in_ring_3
at;     int     0x80
.macro  stack_from_tss name, selector
case \name
        mov     dword ptr [tss + 16], \selector
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_ring_3 flags=0x3002
at;     int     0x80
.endm
        stack_from_tss tss-ss-null, 0
        stack_from_tss tss-ss-beyond-gdt, BEYOND + 1
        stack_from_tss tss-ss-rpl-0, DATA1
        stack_from_tss tss-ss-dpl-0, DATA0 + 1
        stack_from_tss tss-ss-code, CODE1 + 1
        stack_from_tss tss-ss-in-no-ldt, 13
case tss-ss-absent
        mov     byte ptr [gdt + DATA1 + 5], 0x33
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_ring_3 flags=0x3002
at;     int     0x80
case tss-ss-read-only
        mov     byte ptr [gdt + DATA1 + 5], 0xb1
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_ring_3 flags=0x3002
at;     int     0x80
case tss-ss-absent-exception
        mov     byte ptr [gdt + DATA1 + 5], 0x33
        gate_selector 6, CODE1
        in_ring_3 flags=0x3002
at;     ud2
case tss-limit-cuts-ss1
        mov     word ptr [gdt + TSS], 0x10
        mov     byte ptr [gdt + TSS + 5], 0x89
        mov     eax, TSS
        ltr     ax
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_ring_3 flags=0x3002
at;     int     0x80
        // Task gates.
.macro  task_gate vector, selector=TASK
        gate_selector \vector, \selector
        gate    \vector, 0x85
.endm
case task-gate
        task_gate 0x80
at;     int     0x80
case task-gate-error-code
        task_gate 13
        mov     eax, BEYOND
at;     mov     ds, eax
case task-gate-absent
        task_gate 0x80
        gate    0x80, 0x05
at;     int     0x80
case task-gate-to-absent-tss
        task_gate 0x80
        mov     byte ptr [gdt + TASK + 5], 0x09
at;     int     0x80
case task-gate-to-busy-tss
        task_gate 0x80, TSS
at;     int     0x80
case task-gate-to-code
        task_gate 0x80, CODE
at;     int     0x80
case task-gate-to-small-tss
        task_gate 0x80
        mov     word ptr [gdt + TASK], 0x66
at;     int     0x80
case task-gate-beyond-gdt
        task_gate 0x80, BEYOND
at;     int     0x80
case task-gate-in-ldt
        task_gate 0x80, 4
at;     int     0x80
case task-gate-returns
        task_gate 0x80
        mov     dword ptr [task_tss + 0x20], offset task_returns
at;     int     0x80
        nop
        jmp     finished
task_returns:
        iretd
        // Segments.
.macro  load_segment name, register, selector
case \name
        mov     eax, \selector
at;     mov     \register, eax
.endm
        load_segment ds-absent, ds, ABSENT_DATA
        load_segment ds-beyond-gdt, ds, BEYOND
        load_segment ds-execute-only, ds, EXECUTE_ONLY
        load_segment ds-in-no-ldt, ds, 12
        load_segment ss-null, ss, 0
        load_segment ss-absent, ss, ABSENT_DATA
        load_segment ss-read-only, ss, READ_ONLY
        load_segment ss-ring-3, ss, DATA3
case double-fault
        gate    0, 0x0e
        mov     ecx, 0
at;     div     ecx
case double-fault-gate-absent
        gate    0, 0x0e
        gate    8, 0x0e
        mov     ecx, 0
at;     div     ecx
case iret-to-null
        push    2
        push    0
        push_address finished
at;     iretd
case iret-nested-without-link
        push    2
        push    CODE
        push_address finished
        push    0x4002
        popfd
at;     iretd
case iret-to-ring-3-null-stack
        push    0
        push_address user
        push    2
        push    CODE3
        push_address finished
at;     iretd
        // Virtual-8086 mode: code at 0x8000.
.macro  in_v86 flags
        mov     esi, offset low_image
        mov     edi, 0x8000
        mov     ecx, offset low_end
        sub     ecx, edi
        rep movsb
        mov     eax, 0
        mov     ecx, 0
        mov     esi, 0
        mov     edi, 0
        push    0x1114
        push    0x1113
        push    0x1112
        push    0x1111
        push    0x100
        push    0x6000
        push    \flags
        push    0
        push_address v86_\@
        iretd
        .pushsection .low, "ax"
        .code16
v86_\@:
.endm
.macro  v86 name, flags, instruction:vararg
case \name
        in_v86  \flags
at;     \instruction
        .code32
        .popsection
.endm
        v86     v86-hlt, 0x20002, hlt
        v86     v86-cli-iopl-0, 0x20002, cli
        v86     v86-int-iopl-0, 0x20002, int 0x80
        v86     v86-int-iopl-3-dpl-0, 0x23002, int 0x80
        v86     v86-int3-dpl-0, 0x20002, int3
        v86     v86-ud2, 0x20002, ud2
        v86     v86-divide, 0x20002, .byte 0xd4, 0
        v86     v86-in, 0x20002, in al, 0x60
        v86     v86-pushf-iopl-0, 0x20002, pushf
        v86     v86-lgdt, 0x20002, .byte 0x0f, 0x01, 0x16, 0, 0x70
        v86     v86-ltr-is-invalid, 0x20002, .byte 0x0f, 0x00, 0xd8
case v86-int-iopl-3-dpl-3
        gate    0x80, 0xee
        in_v86  0x23002
at;     int     0x80
        .code32
        .popsection
case v86-int-to-ring-1
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        in_v86  0x23002
at;     int     0x80
        .code32
        .popsection
case v86-conforming
        gate    0x80, 0xee
        gate_selector 0x80, CONFORMING
        in_v86  0x23002
at;     int     0x80
        .code32
        .popsection
        jmp     finished
