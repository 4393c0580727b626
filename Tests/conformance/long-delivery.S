// SPDX-License-Identifier: GPL-2.0-or-later
// Each check between an event and its handler in long mode, and what a fault there turns into.
#include "long.h"

        .set    BAD, 0x800000000000             // the first address that is not canonical
        .set    MISSING, 0x40000000             // nothing is mapped from here on

        // The gate.
case gate-beyond-limit
        idt_ends_with 0x7e
at;     int     0x80
case gate-cut-by-limit
        mov     word ptr [idt_pointer], 0x80 * 16 + 14
        lidt    [idt_pointer]
at;     int     0x80
case gate-beyond-limit-exception
        idt_ends_with 15
        push    0x37b
        fldcw   [rsp]
        fld1
        fldz
        fdivp   st(1), st(0)
at;     fwait
        .irp    type, 0, 2, 4, 5, 6, 7, 9, b, c
case gate-type-\type
        gate    0x80, 0x8\type
at;     int     0x80
        .endr
case gate-type-0-exception
        gate    6, 0x80
at;     ud2
case gate-trap
        gate    0x80, 0x8f
        push    0x202
        popfq
at;     int     0x80
case gate-interrupt
        push    0x202
        popfq
at;     int     0x80
case gate-absent
        gate    0x80, 0x0e
at;     int     0x80
case gate-absent-exception
        gate    6, 0x0e
at;     ud2
case gate-absent-type-0
        gate    0x80, 0
at;     int     0x80
case gate-absent-from-ring-3-dpl-0
        gate    0x80, 0x0e
        in_ring_3
at;     int     0x80
case gate-absent-from-ring-3-dpl-3
        gate    0x80, 0x6e
        in_ring_3
at;     int     0x80
case gate-type-0-from-ring-3-dpl-0
        gate    0x80, 0x80
        in_ring_3
at;     int     0x80
case gate-offset-non-canonical
        mov     dword ptr [idt + 0x80 * 16], CODE << 16
        mov     dword ptr [idt + 0x80 * 16 + 4], 0x8e00
        mov     dword ptr [idt + 0x80 * 16 + 8], 0x8000
at;     int     0x80
        // The code segment.
.macro  to_selector name, selector, instruction="int 0x80", vector=0x80
case \name
        gate_selector \vector, \selector
at;     \instruction
.endm
        to_selector code-null, 0
        to_selector code-null-rpl-3, 3
        to_selector code-null-exception, 0, ud2, 6
        to_selector code-beyond-gdt, BEYOND
        to_selector code-beyond-gdt-exception, BEYOND, ud2, 6
        to_selector code-data, DATA0
        to_selector code-data-exception, DATA0, ud2, 6
        to_selector code-tss, OTHER_TSS
        to_selector code-absent, ABSENT_CODE
        to_selector code-absent-exception, ABSENT_CODE, ud2, 6
        to_selector code-32-bit, COMPAT0
        to_selector code-both-sizes, BOTH_SIZES
        to_selector code-ring-3, CODE3
        to_selector code-ring-1, CODE1
        to_selector code-rpl-ignored, CODE + 3
        to_selector code-conforming, CONFORMING
        to_selector code-no-ldt, IN_LDT
case code-in-ldt
        mov     eax, LDT
        lldt    ax
        gate_selector 0x80, IN_LDT
at;     int     0x80
case code-data-from-ring-3
        gate    0x80, 0xee
        gate_selector 0x80, DATA0
        in_ring_3
at;     int     0x80
        // The stack.
case stack-aligned
        lea     rsp, [rsp - 8]
at;     int     0x80
case stack-aligned-odd
        lea     rsp, [rsp - 3]
at;     int     0x80
case stack-ist
        gate_ist 0x80, 1
at;     int     0x80
case stack-ist-2
        gate_ist 0x80, 2
at;     int     0x80
case stack-ist-upper-bits-ignored
        gate_ist 0x80, 0xf9
at;     int     0x80
case stack-ist-misaligned
        mov     dword ptr [tss + 0x24], offset ist1 - 5
        gate_ist 0x80, 1
at;     int     0x80
case stack-ist-error-code
        gate_ist 13, 2
        mov     rax, BAD
at;     mov     eax, [rax]
.macro  stack_at name, address, ist, instruction:vararg
case \name
        mov     rax, \address
        mov     [tss + 0x2c], rax
        gate_ist \ist, 2
        gate_ist 14, 1
        gate_ist 12, 1
        gate_ist 8, 1
at;     \instruction
.endm
        stack_at stack-ist-non-canonical, BAD + 0x100, 0x80, int 0x80
        stack_at stack-ist-non-canonical-exception, BAD + 0x100, 6, ud2
        stack_at stack-ist-missing, MISSING + 0x800, 0x80, int 0x80
        stack_at stack-ist-missing-exception, MISSING + 0x800, 6, ud2
        stack_at stack-ist-zero, 0, 0x80, int 0x80
case stack-rsp0-misaligned
        mov     dword ptr [tss + 4], offset rsp0 - 7
        gate    0x80, 0xee
        in_ring_3
at;     int     0x80
case stack-rsp0-non-canonical
        mov     rax, BAD + 0x100
        mov     [tss + 4], rax
        gate    0x80, 0xee
        gate_ist 12, 1
        in_ring_3
at;     int     0x80
case stack-rsp0-missing
        mov     dword ptr [tss + 4], MISSING + 0x800
        gate    0x80, 0xee
        gate_ist 14, 1
        in_ring_3
at;     int     0x80
.macro  tss_limit name, limit, type, ist
case \name
        mov     word ptr [gdt + TSS], \limit
        mov     byte ptr [gdt + TSS + 5], 0x89
        mov     eax, TSS
        ltr     ax
        gate    0x80, 0xee
        gate_ist 0x80, \ist
        \type
at;     int     0x80
.endm
        tss_limit tss-limit-cuts-ist1, 0x2a, nop, 1
        tss_limit tss-limit-reaches-ist1, 0x2b, nop, 1
        tss_limit tss-limit-cuts-ist2, 0x32, nop, 2
        // Two faults.
case divide-then-absent-gate
        gate    0, 0x0e
        mov     ecx, 0
at;     div     ecx
case general-protection-then-absent-gate
        gate    13, 0x0e
        mov     rax, BAD
at;     mov     eax, [rax]
case page-fault-then-absent-gate
        gate    14, 0x0e
at;     mov     eax, [MISSING]
case page-fault-then-gate-beyond-limit
        idt_ends_with 13
at;     mov     eax, [MISSING]
case page-fault-then-page-fault
        mov     esp, MISSING + 0x800
        gate_ist 8, 1
at;     mov     eax, [MISSING]
case push-then-page-fault
        mov     esp, MISSING + 0x800
        gate_ist 8, 1
at;     push    rax
case divide-then-page-fault
        mov     esp, MISSING + 0x800
        gate_ist 14, 1
        mov     ecx, 0
at;     div     ecx
case invalid-opcode-then-page-fault
        mov     esp, MISSING + 0x800
        gate_ist 14, 1
at;     ud2
case int-then-absent-gate-twice
        gate    0x80, 0x0e
        gate    11, 0x0e
at;     int     0x80
case int-then-page-fault-then-absent-gate
        gate    14, 0x0e
        gate_ist 8, 1
        mov     esp, MISSING + 0x800
at;     int     0x80
case double-fault-error-code-and-ist
        gate    0, 0x0e
        gate_ist 8, 2
        lea     rsp, [rsp - 8]
        mov     ecx, 0
at;     div     ecx
case double-fault-from-ring-3
        gate    13, 0x0e
        in_ring_3
at;     hlt
        // Three.
case double-fault-gate-absent
        gate    0, 0x0e
        gate    8, 0x0e
        mov     ecx, 0
at;     div     ecx
case double-fault-stack-missing
        mov     esp, MISSING + 0x800
at;     mov     eax, [MISSING]
case idt-limit-0
        mov     word ptr [idt_pointer], 0
        lidt    [idt_pointer]
at;     ud2
case idt-missing
        mov     dword ptr [idt_pointer + 2], MISSING
        lidt    [idt_pointer]
at;     int3
        jmp     finished
        // A handler whose first instruction faults: at once, and again and again until its stack ends.
.macro  handler vector, place
        lea     rax, [\place]
        mov     [idt + \vector * 16], ax        // in the same 64 KiB
        mov     eax, 0
.endm
case handler-faults-at-once
        handler 6, 1f
        mov     ecx, 0
        ud2
1:
at;     div     ecx
        jmp     finished
case handler-faults-as-it-was-entered-for
        handler 6, 1f
        gate_ist 8, 1
        mov     esp, 0x100                      // nothing is mapped below 0
at;     ud2
1:      ud2
        jmp     finished
case interrupt-handler-faults-as-it-was-entered-for
        handler 0x80, 1f
        handler 6, 1f
        gate_ist 8, 1
        mov     esp, 0x100
at;     int     0x80
1:      ud2
        jmp     finished
