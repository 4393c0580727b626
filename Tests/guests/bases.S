// SPDX-License-Identifier: GPL-2.0-or-later
// The control registers and segment bases that a kernel seldom loads: CR2, CR8, WRFSBASE, WRGSBASE, SWAPGS. What they hold is
// read back, and flags that are computed before are tested behind.
#include "intel.h"
#include "long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .globl  main
        .type   main, @function
main:
        mov     rax, cr4
        or      eax, 1 << 16                    // FSGSBASE
        mov     cr4, rax
        mov     eax, 0x1234
        mov     cr2, rax
        mov     rcx, cr2
        cmp     rcx, rax
        require e, 1
        xor     eax, eax
        mov     cr8, rax
        // 64 and 32 bits; the flags of CMP are not yet computed there.
        mov     rax, 0xffff800000001000
        mov     ecx, 1
        cmp     ecx, 1
        wrfsbase rax
        require e, 2
        rdfsbase rdx
        cmp     rdx, rax
        require e, 3
        cmp     ecx, 1
        wrgsbase eax
        require e, 4
        rdgsbase rdx
        cmp     rdx, 0x1000
        require e, 5
        // GS gets what the MSR has, and back.
        mov     ecx, 0xc0000102                 // IA32_KERNEL_GS_BASE
        mov     eax, 0x2000
        xor     edx, edx
        wrmsr
        mov     ebx, 3
        cmp     ebx, 3
        swapgs
        require e, 6
        rdgsbase rdx
        cmp     rdx, 0x2000
        require e, 7
        // Three more times, by the same instruction.
        mov     ebx, 3
again:  swapgs
        dec     ebx
        jnz     again
        rdgsbase rdx
        cmp     rdx, 0x1000
        require e, 8
        mov     ecx, 0xc0000102
        rdmsr
        cmp     eax, 0x2000
        require e, 9
        leave_with PASS
