// SPDX-License-Identifier: GPL-2.0-or-later
// PAE paging: 2 MiB pages, a 4 KiB page away from its address, A and D.
#include "intel.h"
        .code32
        .globl  _start
_start:  lea     esp, [stack_top]
        lea     eax, [directory]
        or      eax, 1
        mov     [pointers], eax
        mov     dword ptr [directory], 0x83     // 0: 2 MiB page at 0
        mov     dword ptr [directory + 8], 0x83 // 0x200000: 2 MiB page at 0
        lea     eax, [table]
        or      eax, 3
        mov     [directory + 16], eax           // 0x400000: table
        lea     eax, [frame]
        or      eax, 3
        mov     [table + 8 * 7], eax            // 0x407000 -> frame
        mov     eax, cr4
        or      eax, 1 << 5                     // PAE
        mov     cr4, eax
        lea     eax, [pointers]
        mov     cr3, eax
        mov     eax, cr0
        or      eax, 0x80010000
        mov     cr0, eax
        jmp     1f
1:      cmp     dword ptr [0x407000], 0x12345678
        require e, 1
        mov     eax, [table + 8 * 7]
        and     eax, 0x60
        cmp     eax, 0x20
        require e, 2
        mov     dword ptr [0x407ffc], 0x9abcdef0
        cmp     dword ptr [frame + 0xffc], 0x9abcdef0
        require e, 3
        test    dword ptr [table + 8 * 7], 0x40
        require nz, 4
        lea     eax, [frame + 0x200000]
        cmp     dword ptr [eax], 0x12345678
        require e, 5
        test    dword ptr [directory + 8], 0x40 // read only so far
        require z, 6
        mov     [eax + 8], esp
        test    dword ptr [directory + 8], 0x40
        require nz, 7
        leave_with PASS

        .data
        .balign 4096
frame:  .long   0x12345678
        .balign 4096
        .bss
        .balign 4096
pointers: .skip 4096
directory: .skip 4096
table:  .skip   4096
        .skip   4096
stack_top:
