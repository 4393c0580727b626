// SPDX-License-Identifier: GPL-2.0-or-later
// IRETQ in 64-bit mode: where it may go, and the flags it loads.
#include "long.h"

.macro  iret_to name, code, data, flags=2, stack=user
case \name
        push    \data
        push    offset \stack
        push    \flags
        push    \code
        push    offset target\@
at;     iretq
target\@:
        finish_in_ring_3
.endm
        iret_to same-ring, CODE, DATA0
        iret_to same-ring-null-ss, CODE, 0
        iret_to ring-3, CODE3, DATA3
        iret_to ring-1, CODE1 + 1, DATA1 + 1
        iret_to ring-3-if, CODE3, DATA3, 0x202
        iret_to ring-3-iopl, CODE3, DATA3, 0x3002
        iret_to all-flags, CODE3, DATA3, 0x247ed7
        iret_to reserved-flags-ignored, CODE3, DATA3, 0x7fc08028
        iret_to compat, COMPAT3, DATA3
        iret_to code-null, 0, DATA0
        iret_to code-null-rpl-3, 3, DATA3
        iret_to code-beyond-gdt, BEYOND, DATA0
        iret_to code-data, DATA0, DATA0
        iret_to code-dpl-3-rpl-0, CODE3 - 3, DATA0
        iret_to code-dpl-0-rpl-3, CODE + 3, DATA3
        iret_to code-dpl-1-rpl-3, CODE1 + 3, DATA3
        iret_to code-conforming-rpl-3, CONFORMING + 3, DATA3
        iret_to code-absent, ABSENT_CODE, DATA0
        iret_to code-both-sizes, BOTH_SIZES, DATA0
        iret_to code-tss, OTHER_TSS, DATA0
        iret_to code-no-ldt, IN_LDT, DATA0
        iret_to stack-null-to-ring-3, CODE3, 0
        iret_to stack-null-rpl-3-to-ring-3, CODE3, 3
        iret_to stack-null-to-compat, COMPAT3, 0
        iret_to stack-rpl-0, CODE3, DATA3 - 3
        iret_to stack-dpl-0, CODE3, DATA0 + 3
        iret_to stack-absent, CODE3, ABSENT_DATA + 3
        iret_to stack-read-only, CODE3, READ_ONLY + 3
        iret_to stack-code, CODE3, CODE3
        iret_to stack-beyond-gdt, CODE3, BEYOND + 3
        iret_to stack-same-ring-dpl-3, CODE, DATA3
        iret_to vm-ignored-in-long-mode, CODE3, DATA3, 0x20002
case offset-non-canonical
        push    DATA0
        push    offset user
        push    2
        push    CODE
        mov     rax, 0x800000000000
        push    rax
at;     iretq
case offset-non-canonical-ring-3
        push    DATA3
        push    offset user
        push    2
        push    CODE3
        mov     rax, 0x800000000000
        push    rax
at;     iretq
case stack-pointer-non-canonical-ring-3
        push    DATA3
        mov     rax, 0x800000000000
        push    rax
        push    2
        push    CODE3
        push    offset stack_pointer_target
at;     iretq
stack_pointer_target:
        finish_in_ring_3
case nested-task
        push    DATA0
        push    offset user
        push    2
        push    CODE
        push    offset finished
        push    0x4002
        popfq
at;     iretq
case frame-missing
        mov     esp, 0x40000000
        gate_ist 14, 1
at;     iretq
case frame-non-canonical
        mov     rsp, 0x800000000000
        gate_ist 12, 1
        gate_ist 13, 1
at;     iretq
case iretd
        lea     rsp, [rsp - 20]
        mov     dword ptr [rsp], offset iretd_target
        mov     dword ptr [rsp + 4], CODE3
        mov     dword ptr [rsp + 8], 2
        mov     dword ptr [rsp + 12], offset user
        mov     dword ptr [rsp + 16], DATA3
at;     iretd
iretd_target:
        finish_in_ring_3
case from-ring-3-to-ring-0
        in_ring_3
        push    DATA0
        push    offset user
        push    2
        push    CODE
        push    offset finished
at;     iretq
case from-ring-3-keeps-if-and-iopl
        in_ring_3
        push    DATA3
        push    offset user
        push    0x3202
        push    CODE3
        push    offset keeps_target
at;     iretq
keeps_target:
        finish_in_ring_3
case data-segments-of-ring-0-cleared
        mov     eax, DATA3
        mov     es, eax
at;     in_ring_3
        finish_in_ring_3
case far-return-to-ring-3
        push    DATA3
        push    offset user
        push    CODE3
        push    offset far_return_target
at;     retfq
far_return_target:
        finish_in_ring_3
case far-return-to-ring-0-from-3
        in_ring_3
        push    CODE
        push    offset finished
at;     retfq
case call-gate
        mov     eax, offset finished
        mov     [gdt + CALL_GATE], ax
        mov     dword ptr [gdt + CALL_GATE + 2], 0xec000000 + CODE
        mov     word ptr [gdt + CALL_GATE + 6], 0x10
        mov     word ptr [far + 4], CALL_GATE + 3
        mov     eax, 0
        in_ring_3
at;     call    fword ptr [far]
case call-gate-dpl-0
        mov     dword ptr [gdt + CALL_GATE + 2], 0x8c000000 + CODE
        mov     word ptr [far + 4], CALL_GATE + 3
        in_ring_3
at;     call    fword ptr [far]
case call-gate-absent
        mov     dword ptr [gdt + CALL_GATE + 2], 0x6c000000 + CODE
        mov     word ptr [far + 4], CALL_GATE + 3
        in_ring_3
at;     call    fword ptr [far]
        jmp     finished
