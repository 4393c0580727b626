// SPDX-License-Identifier: GPL-2.0-or-later
// A program in ring 3: system calls by SYSCALL and by INT 0x80, preempted by the timer, on a stack whose
// pages are mapped as they are touched.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .set    STACK, 0x40000000       // of the program: 16 pages, none of them mapped at first
        .set    STACK_TOP, STACK + 0x10000
        .code32
        .globl  _start
_start: enter_long_mode in_long_mode
        .code64
in_long_mode:
        xor     eax, eax
        mov     ss, eax
        // The program's code is where the kernel's is; user pages for all of the first 2 MiB.
        or      qword ptr [directory], 4
        lea     rax, [stack_directory + 7]
        mov     [pdpt + 8], rax
        lea     rax, [stack_table + 7]
        mov     [stack_directory], rax
        mov     rax, cr3
        mov     cr3, rax
        // TSS: the kernel's stack for interrupts from ring 3.
        lea     eax, [tss]
        mov     [gdt + 0x28 + 2], ax
        shr     eax, 16
        mov     [gdt + 0x28 + 4], al
        mov     [gdt + 0x28 + 7], ah
        lea     rax, [kernel_stack_top]
        mov     [tss + 4], rax
        mov     ax, 0x28
        ltr     ax
        gate    14, page_fault
        gate    32, tick
        gate    0x80, system_call, 3
        lidt    [idt_pointer]
        // SYSCALL enters with the segments 0x08 and 0x10; the way back is IRET here, so SYSRET's do not count.
        mov     ecx, 0xc0000081         // STAR
        xor     eax, eax
        mov     edx, 0x00130008
        wrmsr
        mov     ecx, 0xc0000082         // LSTAR
        lea     eax, [fast_call]
        xor     edx, edx
        wrmsr
        mov     ecx, 0xc0000084         // FMASK: IF
        mov     eax, 0x200
        wrmsr
        mov     ecx, 0xc0000080         // EFER: SCE
        rdmsr
        or      eax, 1
        wrmsr
        remap_interrupts 0xfe
        timer_rate 119                  // 10 kHz
        xor     r12d, r12d              // ticks in ring 3
        xor     r13d, r13d              // page faults
        xor     r14d, r14d              // calls
        push    0x23
        mov     rax, STACK_TOP
        push    rax
        push    0x202
        push    0x1b
        lea     rax, [program]
        push    rax
        iretq

program:
        mov     ecx, 10
        lea     rdi, [rsp - 8]
1:      mov     qword ptr [rdi], 1      // touches ten pages of its stack
        sub     rdi, 4096
        dec     ecx
        jnz     1b
        int     0x80
        syscall
2:      cmp     r12d, 20                // until it was preempted 20 times
        jb      2b
        mov     eax, cs
        and     eax, 3
        int     0x80
        ud2

system_call:                            // the second call ends the run
        inc     r14d
        cmp     r14d, 3
        jb      1f
        cmp     qword ptr [rsp + 8], 0x1b
        require e, 1
        cmp     eax, 3
        require e, 2
        cmp     r13d, 10
        require e, 3
        leave_with PASS
1:      iretq

fast_call:                              // RCX: back to; R11: the flags; the stack is still the program's
        inc     r14d
        mov     eax, cs
        cmp     eax, 8
        require e, 4
        pushfq
        test    qword ptr [rsp], 0x200
        require z, 5
        popfq
        mov     rdx, rsp
        push    0x23
        push    rdx
        push    r11
        push    0x1b
        push    rcx
        iretq

page_fault:                             // maps the page at CR2 to a frame of its own
        push    rax
        push    rdx
        cmp     qword ptr [rsp + 16], 6 // a write of the user to a page that is not there
        require e, 6
        inc     r13d
        mov     rdx, cr2
        shr     rdx, 12
        and     edx, 15
        mov     eax, edx
        shl     eax, 12
        lea     rax, [rax + frames + 7]
        mov     [stack_table + rdx * 8], rax
        pop     rdx
        pop     rax
        add     rsp, 8
        iretq

tick:   push    rax
        cmp     qword ptr [rsp + 16], 0x1b
        jne     1f
        inc     r12d
1:      port_out 0x20, 0x20
        pop     rax
        iretq

        .bss
        .balign 4096
stack_directory: .skip 4096
stack_table: .skip 4096
frames: .skip   16 * 4096
tss:    .skip   104
        .skip   4096
kernel_stack_top:
