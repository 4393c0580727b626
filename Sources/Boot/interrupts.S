// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where the processor comes to with an exception or interrupt: 256 stubs, one way to Swift and back.
#ifndef __linux__
#include "include/Vectors.h"

.text
.code64

// Call frame information (DWARF 5 §6.4) for debuggers and kemu's post-mortem, in the file with debug
// information only: a backtrace goes through a handler to the code that was interrupted.
.cfi_sections .debug_frame

// Registers are numbered as in the System V ABI, x86-64 supplement, figure 3.36.
//
// The canonical frame address lies behind what the processor pushes, five words in all: SS, RSP, RFLAGS,
// CS, RIP. All other registers are as they were interrupted, until they are pushed.
.macro interrupt_frame
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_offset %rip, -40
        .cfi_offset %rsp, -16
        .irp register, rax, rbx, rcx, rdx, rsi, rdi, rbp, r8, r9, r10, r11, r12, r13, r14, r15
        .cfi_same_value %\register
        .endr
.endm

// Pushes a register of the caller, or of the interrupted code.
.macro save register
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset %\register, 0
.endm

.macro restore register
        popq    %\register
        .cfi_adjust_cfa_offset -8
        .cfi_same_value %\register
.endm

// A stub makes the stack look the same for every vector: an error code, 0 if the processor has pushed
// none, and the vector.
.balign STUB_SIZE
.global interrupt_stubs
interrupt_stubs:
        interrupt_frame
.set vector, 0
.rept 256
        .balign STUB_SIZE
        .if vector >= 32 || !(VECTORS_WITH_ERROR_CODE >> vector & 1)
        .cfi_def_cfa %rsp, 40
        pushq   $0
        .endif
        .cfi_def_cfa %rsp, 48
        pushq   $vector
        .cfi_def_cfa %rsp, 56
        jmp     interrupt_common
        .set vector, vector + 1
.endr
        .cfi_endproc

// All registers are saved, the interrupted code may be anywhere; vector registers nobody uses. What
// lies on the stack is a struct cpu_state (CPUState.h).
//
// The processor has aligned RSP to 16 before it pushed (Intel SDM Vol. 3A §6.14.2 "64-Bit Mode Stack
// Frame"); with 22 words since, it is so again, as the ABI asks before a call. RBP stays: a backtrace
// leads on into the interrupted code.
.type interrupt_common, @function
interrupt_common:
        interrupt_frame
        .cfi_def_cfa %rsp, 56
        save    rax
        save    rbx
        save    rcx
        save    rdx
        save    rsi
        save    rdi
        save    rbp
        save    r8
        save    r9
        save    r10
        save    r11
        save    r12
        save    r13
        save    r14
        save    r15
        cld                                     // the interrupted code may count down
        movq    %rsp, %rdi
        call    handle_interrupt
        restore r15
        restore r14
        restore r13
        restore r12
        restore r11
        restore r10
        restore r9
        restore r8
        restore rbp
        restore rdi
        restore rsi
        restore rdx
        restore rcx
        restore rbx
        restore rax
        addq    $16, %rsp                       // vector and error code
        .cfi_adjust_cfa_offset -16
        iretq
        .cfi_endproc
.size interrupt_common, . - interrupt_common

// void load_gdt(uint64_t *entries, uint64_t lastByte, uint64_t codeSelector, uint64_t taskSelector)
//
// LGDT alone changes nothing: CS is loaded anew by a far return, TR by LTR. The data selectors are
// null and stay so (Intel SDM Vol. 3A §3.4.2 "Segment Selectors").
.global load_gdt
.type load_gdt, @function
load_gdt:
        .cfi_startproc
        subq    $16, %rsp
        .cfi_adjust_cfa_offset 16
        movw    %si, 6(%rsp)
        movq    %rdi, 8(%rsp)
        lgdt    6(%rsp)
        addq    $16, %rsp
        .cfi_adjust_cfa_offset -16
        ltr     %cx
        popq    %rax
        .cfi_adjust_cfa_offset -8
        .cfi_register %rip, %rax
        pushq   %rdx
        .cfi_adjust_cfa_offset 8
        pushq   %rax
        .cfi_adjust_cfa_offset 8
        lretq
        .cfi_endproc
.size load_gdt, . - load_gdt

// int registers_survive_breakpoint(void): 1 if all registers hold after INT3 what they held before it.
//
// Each holds a number of its own; RSP is right if the function returns at all.
.global registers_survive_breakpoint
.type registers_survive_breakpoint, @function
registers_survive_breakpoint:
        .cfi_startproc
        save    rbx
        save    rbp
        save    r12
        save    r13
        save    r14
        save    r15
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
        restore r15
        restore r14
        restore r13
        restore r12
        restore rbp
        restore rbx
        ret
        .cfi_endproc
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
