// SPDX-License-Identifier: GPL-2.0-or-later
// Task switches by hardware: task gates, JMP, CALL and IRET; what is saved, loaded and checked.
#include "protected.h"

        .set    OTHER, EXECUTE_ONLY             // a third task, or 32-bit code with a base
        .set    T_EIP, 0x20                     // fields of a TSS
        .set    T_EFLAGS, 0x24
        .set    T_ESP, 0x38
        .set    T_ES, 0x48
        .set    T_CS, 0x4c
        .set    T_SS, 0x50
        .set    T_DS, 0x54
        .set    T_FS, 0x58
        .set    T_GS, 0x5c
        .set    T_LDT, 0x60
        .set    T_TRAP, 0x64

        .data
        .balign 16
other_tss:
        .long   0, rsp0, DATA0, 0, 0, 0, 0, 0, in_other, 2
        .long   0xb0b0b0b0, 0xb1b1b1b1, 0xb2b2b2b2, 0xb3b3b3b3, ist2, 0xb5b5b5b5, 0xb6b6b6b6, 0xb7b7b7b7
        .long   DATA0, CODE, DATA0, DATA0, DATA0, DATA0, 0
        .word   0, 0x68
        .bss
        .balign 4096
directory: .skip 4096
other_directory: .skip 4096

        .text
        // The error code, the task before, and how far that task had got.
in_other:
        pop     eax
        movzx   ebx, word ptr [other_tss]
        mov     ecx, [task_tss + T_EIP]
        sub     ecx, offset in_task
        jmp     finished
.macro  describe selector, place, low, access
        mov     eax, offset \place
        mov     dword ptr [gdt + \selector], \low
        mov     [gdt + \selector + 2], ax
        shr     eax, 16
        mov     ah, \access
        mov     [gdt + \selector + 4], ax
        mov     word ptr [gdt + \selector + 6], 0
        mov     eax, 0xe0e0e0e0
.endm
.macro  task_gate vector, selector=TASK, type=0x85
        gate_selector \vector, \selector
        gate    \vector, \type
.endm
.macro  gate_in_gdt selector, access
        mov     dword ptr [gdt + \selector], TASK << 16
        mov     dword ptr [gdt + \selector + 4], \access << 8
.endm
        // The task begins behind `at`'s instruction: RIP is then relative to it.
.macro  begin_at label
        mov     dword ptr [task_tss + T_EIP], offset \label
.endm
        // How a task is entered, and what of it can be seen from there.
case jump
at;     ljmp    TASK, 0
case call
at;     lcall   TASK, 0
case call-returns
        begin_at call_returns_task
at;     lcall   TASK, 0
        jmp     finished
call_returns_task:
        iretd
case call-returns-to-its-flags
        begin_at call_returns_to_its_flags_task
        push    0xcd7
        popfd
at;     lcall   TASK, 0
        jmp     finished
call_returns_to_its_flags_task:
        iretd
case jump-to-gate
        gate_in_gdt ABSENT_CODE, 0x85
at;     ljmp    ABSENT_CODE, 0
case call-to-gate-from-ring-3
        gate_in_gdt ABSENT_CODE, 0xe5
        in_ring_3
at;     lcall   ABSENT_CODE + 3, 0
case from-ring-3
        mov     byte ptr [gdt + TASK + 5], 0xe9
        in_ring_3
at;     ljmp    TASK + 3, 0
case interrupt-from-ring-3
        task_gate 0x80, TASK, 0xe5
        in_ring_3
at;     int     0x80
case interrupt-from-v86
        task_gate 0x80, TASK, 0xe5
        begin_at interrupt_from_v86_task
        mov     esi, offset low_image
        mov     edi, 0x8000
        mov     ecx, offset low_end
        sub     ecx, edi
        rep movsb
        push    0x1114
        push    0x1113
        push    0x1112
        push    0x1111
        push    0x100
        push    0x6000
        push    0x23002
        push    0
        push_address v86_program
        iretd
interrupt_from_v86_task:
        movzx   eax, word ptr [tss + T_CS]
        movzx   ecx, word ptr [tss + T_SS]
        movzx   edx, word ptr [tss + T_DS]
        mov     ebx, [tss + T_EFLAGS]
        mov     ebp, [tss + T_ESP]
        jmp     finished
        .pushsection .low, "ax"
        .code16
v86_program:
at;     int     0x80
v86_task:
        hlt
        .code32
        .popsection
case jump-to-ring-3
        mov     dword ptr [task_tss + T_CS], CODE3
        .irp    segment, T_ES, T_SS, T_DS, T_FS, T_GS
        mov     dword ptr [task_tss + \segment], DATA3
        .endr
        begin_at jump_to_ring_3_task
at;     ljmp    TASK, 0
jump_to_ring_3_task:
        finish_in_ring_3
case jump-to-v86
        mov     esi, offset low_image
        mov     edi, 0x8000
        mov     ecx, offset low_end
        sub     ecx, edi
        rep movsb
        mov     dword ptr [task_tss + T_EFLAGS], 0x20002
        mov     dword ptr [task_tss + T_ESP], 0x6000
        mov     dword ptr [task_tss + T_CS], 0
        mov     dword ptr [task_tss + T_SS], 0x100
        begin_at v86_task
at;     ljmp    TASK, 0
case in-ldt
        mov     dword ptr [task_tss + T_LDT], LDT
        mov     dword ptr [task_tss + T_DS], 12
        begin_at in_ldt_task
at;     ljmp    TASK, 0
in_ldt_task:
        sldt    eax
        jmp     finished
case saves
        push    0xcd7
        popfd
        begin_at saves_task
at;     lcall   TASK, 0
saves_task:
        mov     eax, [tss + T_EFLAGS]
        mov     ecx, [tss + 0x2c]
        mov     edx, [tss + T_EIP]
        sub     edx, offset saves_task
        mov     ebx, [tss + T_ESP]
        mov     ebp, [tss + T_CS]
        movzx   esi, word ptr [task_tss]
        movzx   edi, word ptr [gdt + TSS + 5]
        jmp     finished
case jump-marks
        begin_at jump_marks_task
at;     ljmp    TASK, 0
jump_marks_task:
        movzx   eax, byte ptr [gdt + TSS + 5]
        movzx   ecx, byte ptr [gdt + TASK + 5]
        movzx   edx, word ptr [task_tss]
        str     ebx
        jmp     finished
case iret-marks
        begin_at iret_marks_task
at;     lcall   TASK, 0
        movzx   eax, byte ptr [gdt + TSS + 5]
        movzx   ecx, byte ptr [gdt + TASK + 5]
        mov     edx, [task_tss + T_EFLAGS]
        str     ebx
        jmp     finished
iret_marks_task:
        iretd
case accessed
        mov     byte ptr [gdt + DATA1 + 5], 0xb2
        mov     dword ptr [task_tss + T_DS], DATA1
        begin_at accessed_task
at;     ljmp    TASK, 0
accessed_task:
        movzx   eax, byte ptr [gdt + DATA1 + 5]
        jmp     finished
case task-switched
        begin_at task_switched_task
at;     ljmp    TASK, 0
task_switched_task:
        fld1
case local-breakpoints
        mov     eax, 0x703
        mov     dr7, eax
        begin_at local_breakpoints_task
at;     ljmp    TASK, 0
local_breakpoints_task:
        mov     eax, dr7
        jmp     finished
case trap-flag
        mov     byte ptr [task_tss + T_TRAP], 1
        begin_at trap_flag_task
at;     ljmp    TASK, 0
trap_flag_task:
        nop
        jmp     finished
case page-tables
        mov     dword ptr [0x6ff0], 0x11111111
        mov     dword ptr [0x406ff0], 0x22222222
        mov     dword ptr [directory], 0x83
        mov     dword ptr [directory + 0x400], 0x83
        mov     dword ptr [other_directory], 0x83
        mov     dword ptr [other_directory + 0x400], 0x400083
        mov     dword ptr [tss + 0x1c], offset directory
        mov     dword ptr [task_tss + 0x1c], offset other_directory
        mov     eax, 0x10                       // PSE
        mov     cr4, eax
        mov     eax, offset directory
        mov     cr3, eax
        mov     eax, 0x80000033
        mov     cr0, eax
        begin_at page_tables_task
        mov     ecx, [0x40006ff0]
at;     lcall   TASK, 0
        mov     ecx, [0x40006ff0]
        mov     ebx, [far]
        mov     eax, 0
        jmp     finished
page_tables_task:
        mov     eax, [0x40006ff0]
        mov     [far], eax
        iretd
case narrow
        describe OTHER, in_narrow, 0xffff, 0x9b
        mov     byte ptr [gdt + OTHER + 6], 0x40
        mov     word ptr [gdt + TASK], 0x2b
        mov     byte ptr [gdt + TASK + 5], 0x81
        mov     dword ptr [task_tss + 0x0e], 0x00020000         // IP, FLAGS
        mov     dword ptr [task_tss + 0x12], 0xa1a1a0a0
        mov     dword ptr [task_tss + 0x16], 0xa3a3a2a2
        mov     dword ptr [task_tss + 0x1a], 0xa5a53000
        mov     dword ptr [task_tss + 0x1e], 0xa7a7a6a6
        mov     dword ptr [task_tss + 0x22], DATA0 | OTHER << 16
        mov     dword ptr [task_tss + 0x26], DATA0 | DATA0 << 16
        mov     dword ptr [task_tss + 0x2a], 0
at;     ljmp    TASK, 0
in_narrow:
        mov     [0x6ff0], esp
        mov     esp, offset task
        mov     ebp, [0x6ff0]
        ljmp    CODE, offset finished
        // What is wrong before the switch.
case jump-from-ring-3
        in_ring_3
at;     ljmp    TASK + 3, 0
case jump-rpl-3
at;     ljmp    TASK + 3, 0
case jump-absent
        mov     byte ptr [gdt + TASK + 5], 0x09
at;     ljmp    TASK, 0
case jump-busy
at;     ljmp    TSS, 0
case jump-small
        mov     word ptr [gdt + TASK], 0x66
at;     ljmp    TASK, 0
case call-to-absent-gate
        gate_in_gdt ABSENT_CODE, 0x05
at;     lcall   ABSENT_CODE, 0
case call-to-gate-to-busy
        gate_in_gdt ABSENT_CODE, 0x85
        mov     word ptr [gdt + ABSENT_CODE + 2], TSS
at;     lcall   ABSENT_CODE, 0
.macro  iret_by_link name, link
case \name
        mov     word ptr [tss], \link
        push    0x4002
        popfd
at;     iretd
.endm
        iret_by_link iret-to-available, TASK
        iret_by_link iret-to-code, CODE
        iret_by_link iret-beyond-gdt, BEYOND
        iret_by_link iret-to-ldt, 4
case iret-to-absent
        mov     word ptr [tss], TASK
        mov     byte ptr [gdt + TASK + 5], 0x0b
        push    0x4002
        popfd
at;     iretd
case exception-to-busy
        task_gate 6, TSS
at;     ud2
        // What is wrong behind it: a fault of the new task, for a third one.
.macro  wrong_task name, vector, place, selector
case \name
        describe OTHER, other_tss, 0x67, 0x89
        task_gate 0x80
        task_gate \vector, OTHER
        mov     word ptr [task_tss + \place], \selector
at;     int     0x80
.endm
        wrong_task ldt-is-code, 10, T_LDT, CODE
        wrong_task ldt-beyond-gdt, 10, T_LDT, BEYOND
        wrong_task ldt-in-ldt, 10, T_LDT, 4
        wrong_task code-null, 10, T_CS, 0
        wrong_task code-is-data, 10, T_CS, DATA0
        wrong_task code-dpl-3-rpl-0, 10, T_CS, CODE3 - 3
        wrong_task code-dpl-0-rpl-3, 10, T_CS, CODE + 3
        wrong_task code-absent, 11, T_CS, ABSENT_CODE
        wrong_task stack-null, 10, T_SS, 0
        wrong_task stack-beyond-gdt, 10, T_SS, BEYOND
        wrong_task stack-read-only, 10, T_SS, READ_ONLY
        wrong_task stack-dpl-3, 10, T_SS, DATA3 - 3
        wrong_task stack-rpl-3, 10, T_SS, DATA0 + 3
        wrong_task stack-absent, 12, T_SS, ABSENT_DATA
        wrong_task data-beyond-gdt, 10, T_DS, BEYOND
        wrong_task data-is-a-tss, 10, T_ES, TSS
        wrong_task data-rpl-3, 10, T_FS, DATA0 + 3
        wrong_task data-absent, 11, T_GS, ABSENT_DATA
case ldt-absent
        describe OTHER, other_tss, 0x67, 0x89
        mov     byte ptr [gdt + LDT + 5], 0x02
        task_gate 0x80
        task_gate 10, OTHER
        mov     word ptr [task_tss + T_LDT], LDT
at;     int     0x80
case offset-beyond-limit
        describe OTHER, other_tss, 0x67, 0x89
        task_gate 0x80
        task_gate 13, OTHER
        mov     byte ptr [gdt + ABSENT_CODE + 5], 0x9b
        mov     dword ptr [gdt + ABSENT_CODE], 0xf
        mov     word ptr [gdt + ABSENT_CODE + 6], 0x40
        mov     word ptr [task_tss + T_CS], ABSENT_CODE
at;     int     0x80
        // A fault of the new task that it handles itself.
.macro  own_fault name, place, selector, instruction:vararg
case \name
        task_gate 0x80
        begin_at own_\@
        mov     word ptr [task_tss + \place], \selector
at;     \instruction
own_\@:
        jmp     finished
.endm
        own_fault own-data-absent, T_DS, ABSENT_DATA, int 0x80
        own_fault own-data-beyond-gdt, T_GS, BEYOND, ljmp TASK, 0
case own-data-of-exception
        task_gate 6
        begin_at own_data_of_exception_task
        mov     word ptr [task_tss + T_GS], ABSENT_DATA
at;     ud2
own_data_of_exception_task:
        jmp     finished
case double-fault-by-task
        gate    0, 0x0e
        task_gate 8
        mov     ecx, 0
at;     div     ecx
case shutdown-in-new-task
        task_gate 0x80
        gate    10, 0x0e
        gate    8, 0x0e
        mov     dword ptr [task_tss + T_CS], 0
at;     int     0x80
        jmp     finished
