// SPDX-License-Identifier: GPL-2.0-or-later
// Page tables that are changed while they are in force, in every way that a kernel does: what a trace of them has to tell.
// What is mapped is read and written through each time, so that the tables lead where the trace says.
#include "intel.h"
#include "long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .globl  main
        .type   main, @function
main:
        // New tables for 0x40000000, the first one in force before anything is in it.
        lea     rax, [lower + 3]
        mov     [pdpt + 8], rax
        lea     rax, [table + 3]
        mov     [lower], rax
        // A table filled in a loop: 512 frames side by side.
        lea     edi, [table]
        mov     eax, 0x400003
        mov     ecx, 512
1:      mov     [rdi], rax
        add     rax, 0x1000
        add     rdi, 8
        loop    1b
        mov     dword ptr [0x40005000], 0x1234
        cmp     dword ptr [0x405000], 0x1234
        require e, 1

        // Read-only, and seen at once after INVLPG; then with A and D clear; then away.
        and     qword ptr [table + 8 * 5], ~2
        invlpg  [0x40005000]
        and     qword ptr [table + 8 * 5], ~0x60
        invlpg  [0x40005000]
        mov     qword ptr [table + 8 * 5], 0
        invlpg  [0x40005000]
        // Another frame, with no INVLPG: the old one may still be used.
        mov     qword ptr [table + 8 * 6], 0x407003
        // Not present before or after: of no use to the processor.
        mov     qword ptr [table + 8 * 5], 0x7f0
        // In two halves, as 32-bit code does it.
        mov     dword ptr [table + 8 * 7 + 4], 0x80000000
        mov     dword ptr [table + 8 * 7], 0x409003
        // Two entries at once, neither as a whole.
        mov     rax, [table + 8 * 8 + 4]
        bts     rax, 32 + 2
        mov     [table + 8 * 8 + 4], rax

        // A large page in place of the table; CR3 again; global pages, and what forgets them.
        mov     qword ptr [lower], 0x400183
        mov     rax, cr3
        mov     cr3, rax
        mov     eax, 0x405000
        cmp     dword ptr [rax + 0x3fc00000], 0x1234
        require e, 2
        mov     rax, cr4
        or      eax, 1 << 7                     // PGE
        mov     cr4, rax
        and     eax, ~(1 << 7)
        mov     cr4, rax

        // The PML4 leads to itself, and is changed through itself.
        lea     rax, [pml4 + 3]
        mov     [pml4 + 8 * 510], rax
        mov     r10, 0xffffff7fbfdfe000
        mov     rax, [pml4]
        mov     [r10 + 8 * 511], rax
        mov     r8, 0xffffff8000405000
        cmp     dword ptr [r8], 0x1234
        require e, 3
        // The same through the entries: PML4[511] and the PDPT that it shares with PML4[0].
        mov     r10, 0xffffff7fbfdff000
        mov     qword ptr [r10 + 8 * 2], 0x83
        mov     eax, 0x80405000
        cmp     dword ptr [rax], 0x1234
        require e, 4

        // A table that is in force no more is plain memory.
        mov     qword ptr [table + 8 * 9], 7
        // A call with its stack in a table.
        mov     rbx, rsp
        lea     rsp, [lower + 8 * 512]
        call    returns
        mov     rsp, rbx

        // A bit that is reserved, since EFER.NXE is 0; and away with what is not needed.
        mov     rax, 0x8000000000000083
        mov     [pdpt + 8 * 3], rax
        mov     qword ptr [pml4 + 8 * 511], 0
        // Other tables.
        lea     rax, [other]
        mov     edi, eax
        mov     rdx, [pml4]
        mov     [rdi], rdx
        mov     cr3, rax
        leave_with PASS

        .type   returns, @function
returns:
        ret

        .bss
        .balign 4096
lower:  .skip   4096
table:  .skip   4096
other:  .skip   4096
