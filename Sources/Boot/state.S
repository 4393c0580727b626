// SPDX-License-Identifier: GPL-2.0-or-later
//
// The registers as they are, for a panic.
#ifndef __linux__

// Offsets in struct cpu_state (CPUState.h).
.set R15, 0
.set R14, 8
.set R13, 16
.set R12, 24
.set R11, 32
.set R10, 40
.set R9, 48
.set R8, 56
.set RBP, 64
.set RDI, 72
.set RSI, 80
.set RDX, 88
.set RCX, 96
.set RBX, 104
.set RAX, 112
.set VECTOR, 120
.set ERROR_CODE, 128
.set RIP, 136
.set CS, 144
.set RFLAGS, 152
.set RSP, 160
.set SS, 168

// void capture_state(struct cpu_state *state): RDI holds the argument, RAX is free to use
// (System V ABI, x86-64 supplement §3.2.1 "Registers").
.text
.global capture_state
.type capture_state, @function
capture_state:
        movq    %r15, R15(%rdi)
        movq    %r14, R14(%rdi)
        movq    %r13, R13(%rdi)
        movq    %r12, R12(%rdi)
        movq    %r11, R11(%rdi)
        movq    %r10, R10(%rdi)
        movq    %r9, R9(%rdi)
        movq    %r8, R8(%rdi)
        movq    %rbp, RBP(%rdi)
        movq    %rdi, RDI(%rdi)
        movq    %rsi, RSI(%rdi)
        movq    %rdx, RDX(%rdi)
        movq    %rcx, RCX(%rdi)
        movq    %rbx, RBX(%rdi)
        movq    %rax, RAX(%rdi)
        movq    $0, VECTOR(%rdi)
        movq    $0, ERROR_CODE(%rdi)
        movq    (%rsp), %rax                    // where this returns to
        movq    %rax, RIP(%rdi)
        leaq    8(%rsp), %rax                   // what RSP is then
        movq    %rax, RSP(%rdi)
        pushfq
        popq    RFLAGS(%rdi)
        movq    %cs, %rax
        movq    %rax, CS(%rdi)
        movq    %ss, %rax
        movq    %rax, SS(%rdi)
        ret
.size capture_state, . - capture_state

#else
.section .note.GNU-stack, "", @progbits
#endif
