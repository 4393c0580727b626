// SPDX-License-Identifier: GPL-2.0-or-later
// Loads from PAGES pages in turn, n of them. The engine's TLB begins with 256 places, page i in place i mod 256: of
// 512 pages each load misses, of 64 none, and nothing else differs. The pages lie at 1 GiB, all of them one frame.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main

        .set    WINDOW, 0x40000000              // PML4[0], PDPT[1], PD[0]

guest_main:
        lea     rax, [rip + window_pd]
        or      rax, 3
        mov     [rip + pdpt + 8], rax
        lea     rax, [rip + window_pt]
        or      rax, 3
        mov     [rip + window_pd], rax
        lea     r8, [rip + window_pt]
        lea     rax, [rip + frame]
        or      rax, 3
        xor     ecx, ecx
1:      mov     [r8 + rcx * 8], rax
        inc     ecx
        cmp     ecx, 512
        jne     1b
        test    rdi, rdi
        jz      3f
        xor     ecx, ecx
2:      mov     rax, [rcx + WINDOW]
        add     ecx, 4096
        and     ecx, (PAGES - 1) * 4096
        dec     rdi
        jnz     2b
3:      ret

        .bss
        .balign 4096
window_pd:
        .skip   4096
window_pt:
        .skip   4096
frame:  .skip   4096
