// SPDX-License-Identifier: GPL-2.0-or-later
// Claim: the memory map lists all the memory there is. Sends the size of what is available, in KiB
// and as 8 hexadecimal digits, to port 0xE9.
#include "intel.h"
        .code32
        .globl  _start
_start: mov     esi, [ebx + 48]                 // mmap_addr
        mov     edi, [ebx + 44]                 // mmap_length
        add     edi, esi
        xor     ebp, ebp
1:      cmp     dword ptr [esi + 20], 1         // available
        jne     2f
        mov     eax, [esi + 12]                 // the length, to KiB
        mov     edx, [esi + 16]
        shrd    eax, edx, 10
        add     ebp, eax
2:      mov     eax, [esi]                      // the size, without itself
        lea     esi, [esi + eax + 4]
        cmp     esi, edi
        jb      1b

        mov     ecx, 8
3:      rol     ebp, 4
        mov     ebx, ebp
        and     ebx, 15
        mov     al, [digits + ebx]
        out     0xe9, al
        loop    3b
        leave_with PASS

        .section .rodata
digits: .ascii  "0123456789abcdef"
