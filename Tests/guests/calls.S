// SPDX-License-Identifier: GPL-2.0-or-later
// Every way to call and to come back: what a trace of calls has to keep apart. It leaves with PASS if all of them came
// back to where they should.
#include "intel.h"
#include "long-mode.h"
#include "interrupts.h"
        .macro  function name
        .globl  \name
        .type   \name, @function
\name:
        .endm
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        function main
        xor     eax, eax
        mov     ss, eax
        gate    6, invalid_opcode
        gate    0x80, software_interrupt
        lidt    [idt_pointer]
        call    outer
        lea     rax, [indirect]
        call    rax
        mov     ecx, 3
        call    recursive
        call    with_tail
        call    far_caller
        call    jumps_by_ret
        call    finds_rip
        call    jumps_far_back
        cmp     ebx, 7
        require e, 1
        call    faults
        int     0x80
        call    switches_stacks
        cmp     ebp, 2
        require e, 2
        leave_with PASS

        function outer
        call    inner
        call    inner
        ret
        function inner
        nop
        ret
        function indirect
        call    qword ptr [inner_pointer]
        ret
        function recursive
        dec     ecx
        jz      1f
        call    recursive
1:      ret

        // A jump in place of CALL and RET.
        function with_tail
        nop
        jmp     outer

        // A far call, and a RET that releases two parameters.
        function far_caller
        push    1
        push    2
        call    releases
        .byte   0x48                            // REX.W
        lcall   [far_pointer]
        ret
        function releases
        ret     16
        function far_called
        .byte   0x48
        retf

        // RET for a jump: nothing is left.
        function jumps_by_ret
        lea     rax, [jumped_to]
        push    rax
        ret
        function jumped_to
        call    inner
        ret

        // CALL for no call.
        function finds_rip
        call    1f
1:      pop     rax
        call    inner
        ret

        // A stack pointer and an address are kept, and taken up again three calls below.
        function jumps_far_back
        mov     r14, rsp
        lea     r15, [1f]
        call    deep_1
1:      mov     ebx, 7
        call    inner
        ret
        function deep_1
        call    deep_2
        ret
        function deep_2
        call    deep_3
        ret
        function deep_3
        mov     rsp, r14
        jmp     r15

        function faults
        ud2
        ret
        function invalid_opcode
        call    inner
        add     qword ptr [rsp], 2
        iretq
        function software_interrupt
        call    inner
        iretq

        // Two stacks: a new one begins with RET, and both go on where they were left.
        function switches_stacks
        xor     ebp, ebp
        lea     rax, [other_stack_top - 8]
        lea     rdx, [other_main]
        mov     [rax], rdx
        mov     [other_rsp], rax
        call    yield
        inc     ebp
        call    yield
        inc     ebp
        ret
        function yield
        mov     rax, [other_rsp]
        mov     [other_rsp], rsp
        mov     rsp, rax
        ret
        function other_main
1:      call    other_works
        jmp     1b
        function other_works
        call    yield
        ret

        .data
        .balign 8
inner_pointer:
        .long   inner, 0
far_pointer:
        .long   far_called, 0
        .word   8
        .bss
        .balign 16
other_rsp:
        .skip   8
        .skip   4096
other_stack_top:
        .text
