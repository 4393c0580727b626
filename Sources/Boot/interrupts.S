// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the processor comes to with an exception or interrupt: 256 stubs, one way to Swift and back.
#ifndef __linux__
#include "include/Vectors.h"

.text
.code64

// A stub makes the stack look the same for every vector: an error code, 0 if the processor has pushed
// none, and the vector.
.balign STUB_SIZE
.global interrupt_stubs
interrupt_stubs:
.set vector, 0
.rept 256
        .balign STUB_SIZE
        .if vector >= 32 || !(VECTORS_WITH_ERROR_CODE >> vector & 1)
        pushq   $0
        .endif
        pushq   $vector
        jmp     interrupt_common
        .set vector, vector + 1
.endr

// All registers are saved, the interrupted code may be anywhere; vector registers nobody uses. What
// lies on the stack is a struct cpu_state (CPUState.h).
//
// The processor has aligned RSP to 16 before it pushed (Intel SDM Vol. 3A §6.14.2 "64-Bit Mode Stack
// Frame"); with 22 words since, it is so again, as the ABI asks before a call. RBP stays: a backtrace
// leads on into the interrupted code.
.type interrupt_common, @function
interrupt_common:
        pushq   %rax
        pushq   %rbx
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        pushq   %rbp
        pushq   %r8
        pushq   %r9
        pushq   %r10
        pushq   %r11
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        cld                                     // the interrupted code may count down
        movq    %rsp, %rdi
        call    handle_interrupt
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %r11
        popq    %r10
        popq    %r9
        popq    %r8
        popq    %rbp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %rbx
        popq    %rax
        addq    $16, %rsp                       // vector and error code
        iretq
.size interrupt_common, . - interrupt_common

// void load_gdt(uint64_t *entries, uint64_t lastByte, uint64_t codeSelector, uint64_t taskSelector)
//
// LGDT alone changes nothing: CS is loaded anew by a far return, TR by LTR. The data selectors are
// null and stay so (Intel SDM Vol. 3A §3.4.2 "Segment Selectors").
.global load_gdt
.type load_gdt, @function
load_gdt:
        subq    $16, %rsp
        movw    %si, 6(%rsp)
        movq    %rdi, 8(%rsp)
        lgdt    6(%rsp)
        addq    $16, %rsp
        ltr     %cx
        popq    %rax
        pushq   %rdx
        pushq   %rax
        lretq
.size load_gdt, . - load_gdt

// int registers_survive_breakpoint(void): 1 if all registers hold after INT3 what they held before it.
//
// Each holds a number of its own; RSP is right if the function returns at all.
.global registers_survive_breakpoint
.type registers_survive_breakpoint, @function
registers_survive_breakpoint:
        pushq   %rbx
        pushq   %rbp
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        movabsq $0x1111111111111101, %rbx
        .irp register, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        leaq    1(%rbx), %rbx
        movq    %rbx, %\register
        .endr
        movabsq $0x2222222222222201, %rax
        xorl    %ebp, %ebp                      // where a backtrace ends
        stc
        int3
        setc    %bpl                            // 1: the flags are as they were
        movabsq $0x2222222222222201, %rbx
        cmpq    %rbx, %rax
        setne   %al
        movzbl  %al, %eax
        movabsq $0x1111111111111101, %rbx
        .irp register, rcx, rdx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        leaq    1(%rbx), %rbx
        cmpq    %rbx, %\register
        je      1f
        incl    %eax
1:
        .endr
        testl   %eax, %eax                      // the number of registers that have changed
        sete    %al
        andb    %bpl, %al
        movzbl  %al, %eax
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbp
        popq    %rbx
        ret
.size registers_survive_breakpoint, . - registers_survive_breakpoint

.section .bss.tables, "aw", @nobits
.balign 4096
.global idt_memory, gdt_memory, tss_memory
idt_memory:     .skip 256 * 16
gdt_memory:     .skip 8 * 8
tss_memory:     .skip 104

#else
.section .note.GNU-stack, "", @progbits
#endif
