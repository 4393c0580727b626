// SPDX-License-Identifier: GPL-2.0-or-later
// One event of many, chosen by the letter on the command line, on its way to a handler that leaves; the trace
// of each is a golden file (Tests/Goldens/trace-*.txt).
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .set    MISSING, 0x40000000             // not mapped
        .set    GUARDED, 0x40200000             // the end of a stack of one page, whose guard page is missing
        .code32
        .globl  _start
_start: mov     esi, [ebx + 16]                 // command line
        movzx   eax, byte ptr [esi]
        mov     [chosen], eax
        enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        or      qword ptr [directory], 4        // user pages for all of the first 2 MiB
        lea     rax, [stack_directory + 7]
        mov     [pdpt + 8], rax
        lea     rax, [stack_table + 7]
        mov     [stack_directory], rax
        lea     rax, [small_stack + 3]
        mov     [stack_table + 511 * 8], rax
        mov     rax, cr3
        mov     cr3, rax
        lea     eax, [tss]
        mov     [gdt + 0x28 + 2], ax
        shr     eax, 16
        mov     [gdt + 0x28 + 4], al
        mov     [gdt + 0x28 + 7], ah
        lea     rax, [kernel_stack_top]
        mov     [tss + 4], rax
        lea     rax, [double_fault_stack_top]
        mov     [tss + 0x24], rax               // IST 1
        mov     ax, 0x28
        ltr     ax
        .irp    vector, 0, 3, 6, 8, 13, 14, 32, 33
        gate    \vector, handler
        .endr
        gate    0x80, handler, 3
        mov     byte ptr [idt + 8 * 16 + 4], 1  // #DF has a stack of its own
        lidt    [idt_pointer]
        mov     eax, [chosen]
        .irp    case, b, d, f, g, i, k, o, p, s, t, u, w
        cmp     eax, '\case'
        je      case_\case
        .endr
        leave_with 0x7f

case_b: int3
case_d: xor     ecx, ecx
        div     ecx
case_f: mov     byte ptr [idt + 14 * 16 + 5], 0 // a page fault without a gate
        mov     eax, [MISSING]
case_g: lea     rax, [user_halts]
        jmp     user
case_i: remap_interrupts 0xfe
        timer_rate 1193
        jmp     sleep
case_k: remap_interrupts 0xfd
sleep:  sti
        hlt
awake:  jmp     awake
case_o: mov     esp, GUARDED
recurse:
        call    recurse
case_p: mov     [MISSING + 8], eax
case_s: lea     rax, [user_calls]
        jmp     user
case_t: lidt    [no_idt]
        ud2
case_u: ud2
case_w: lea     rax, [user_writes]
        jmp     user

user:   push    0x23
        lea     rcx, [user_stack_top]
        push    rcx
        push    2
        push    0x1b
        push    rax
        iretq
user_halts:
        hlt
user_calls:
        int     0x80
user_writes:
        mov     qword ptr [GUARDED - 8], rax

handler:
        leave_with PASS

        .data
chosen: .long   0
no_idt: .word   0
        .quad   0
        .bss
        .balign 4096
stack_directory: .skip 4096
stack_table: .skip 4096
small_stack: .skip 4096
tss:    .skip   104
        .balign 4096
        .skip   1024
kernel_stack_top:
        .skip   1024
double_fault_stack_top:
        .skip   1024
user_stack_top:
