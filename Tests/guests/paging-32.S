// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit paging: 4 MiB pages, a 4 KiB page away from its address, A and D set when they have to be.
#include "intel.h"
        .code32
        .globl  _start
_start:  lea     esp, [stack_top]
        // PD[0]: 4 MiB page at 0. PD[1]: table. PD[2]: 4 MiB page at 0.
        mov     dword ptr [directory], 0x83
        lea     eax, [table]
        or      eax, 3
        mov     [directory + 4], eax
        mov     dword ptr [directory + 8], 0x83
        lea     eax, [frame]
        or      eax, 3
        mov     [table + 4 * 5], eax            // 0x405000 -> frame
        mov     eax, cr4
        or      eax, 1 << 4                     // PSE
        mov     cr4, eax
        lea     eax, [directory]
        mov     cr3, eax
        mov     eax, cr0
        or      eax, 0x80010000                 // PG, WP
        mov     cr0, eax
        jmp     1f
1:      test    dword ptr [directory], 0x20     // A: this code was fetched through it
        require nz, 1
        test    dword ptr [table + 4 * 5], 0x60 // neither A nor D yet
        require z, 2
        cmp     dword ptr [0x405000], 0x12345678
        require e, 3
        mov     eax, [table + 4 * 5]
        and     eax, 0x60
        cmp     eax, 0x20                       // A, not D
        require e, 4
        mov     dword ptr [0x405004], 0x9abcdef0
        cmp     dword ptr [frame + 4], 0x9abcdef0
        require e, 5
        test    dword ptr [table + 4 * 5], 0x40 // D
        require nz, 6
        test    dword ptr [directory + 4], 0x40 // a table's entry has no D
        require z, 7
        lea     eax, [frame + 0x800000]         // the same frame through PD[2]
        cmp     dword ptr [eax], 0x12345678
        require e, 8
        lea     eax, [other]                    // a changed entry counts after INVLPG
        or      eax, 3
        mov     [table + 4 * 5], eax
        invlpg  [0x405000]
        cmp     dword ptr [0x405000], 0x55aa55aa
        require e, 9
        leave_with PASS

        .data
        .balign 4096
frame:  .long   0x12345678
        .balign 4096
other:  .long   0x55aa55aa
        .bss
        .balign 4096
directory: .skip 4096
table:  .skip   4096
        .skip   4096
stack_top:
