// SPDX-License-Identifier: GPL-2.0-or-later
// Page tables in motion: maps 64 pages, writes to and reads from each, unmaps them again with
// INVLPG; CR3 is reloaded every 8th time. The pages lie at 1 GiB, each backed by one of 16 frames.
// 64 mappings, 128 accesses and 64 INVLPG per iteration.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main

        .set    WINDOW, 0x40000000              // PML4[0], PDPT[1], PD[0], PT[0...63]
        .set    PAGES, 64

guest_main:
        lea     rax, [rip + window_pd]
        or      rax, 3
        mov     [rip + pdpt + 8], rax
        lea     rax, [rip + window_pt]
        or      rax, 3
        mov     [rip + window_pd], rax
        lea     r8, [rip + window_pt]
        lea     r9, [rip + frames]
        or      r9, 3                           // present, writable
        test    rdi, rdi
        jz      5f

1:      xor     ecx, ecx                        // map
2:      mov     eax, ecx
        and     eax, 15
        shl     eax, 12
        add     rax, r9
        mov     [r8 + rcx * 8], rax
        inc     ecx
        cmp     ecx, PAGES
        jne     2b

        mov     edx, WINDOW                     // touch
        mov     ecx, PAGES
3:      mov     [rdx], rcx
        mov     rax, [rdx + 2048]
        add     rdx, 4096
        dec     ecx
        jnz     3b

        mov     edx, WINDOW                     // unmap
        xor     ecx, ecx
4:      mov     qword ptr [r8 + rcx * 8], 0
        invlpg  [rdx]
        add     rdx, 4096
        inc     ecx
        cmp     ecx, PAGES
        jne     4b

        test    edi, 7
        jnz     6f
        mov     rax, cr3
        mov     cr3, rax
6:      dec     rdi
        jnz     1b
5:      ret

        .bss
        .balign 4096
window_pd:
        .skip   4096
window_pt:
        .skip   4096
frames: .skip   16 * 4096
