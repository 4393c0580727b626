// SPDX-License-Identifier: GPL-2.0-or-later
// 4-level paging: 4 KiB, 2 MiB and 1 GiB pages, the upper half, a recursive entry, A and D.
#include "intel.h"
#include "long-mode.h"
        .code32
        .globl  _start
_start:  enter_long_mode in_long_mode
        .code64
in_long_mode:
        // 1 GiB page: 0x40000000 -> 0
        mov     qword ptr [pdpt + 8], 0x83
        // 4 KiB page: 0xffffffff80005000 -> frame
        lea     rax, [upper_pdpt + 3]
        mov     [pml4 + 8 * 511], rax
        lea     rax, [upper_directory + 3]
        mov     [upper_pdpt + 8 * 510], rax
        lea     rax, [upper_table + 3]
        mov     [upper_directory], rax
        lea     rax, [frame + 3]
        mov     [upper_table + 8 * 5], rax
        // Recursive entry: PML4[510] -> PML4
        lea     rax, [pml4 + 3]
        mov     [pml4 + 8 * 510], rax
        mov     rax, cr3
        mov     cr3, rax

        mov     r8, 0xffffffff80005000
        mov     rax, 0x123456789abcdef0
        cmp     [r8], rax                       // crosses nothing: through the 4 KiB page
        require e, 1
        test    qword ptr [upper_table + 8 * 5], 0x40
        require z, 2
        mov     [r8 + 8], rax
        cmp     [frame + 8], rax
        require e, 3
        test    qword ptr [upper_table + 8 * 5], 0x40
        require nz, 4
        lea     r9, [frame]
        bts     r9, 30                          // the same frame through the 1 GiB page
        cmp     [r9], rax
        require e, 5
        test    qword ptr [pdpt + 8], 0x20
        require nz, 6
        test    qword ptr [pdpt + 8], 0x40
        require z, 7
        mov     r10, 0xffffff7fbfdfe000         // the PML4 through its own entry 510
        mov     rax, [r10 + 8 * 511]
        cmp     rax, [pml4 + 8 * 511]
        require e, 8
        leave_with PASS

        .data
        .balign 4096
frame:  .quad   0x123456789abcdef0
        .balign 4096
        .bss
        .balign 4096
upper_pdpt: .skip 4096
upper_directory: .skip 4096
upper_table: .skip 4096
