// SPDX-License-Identifier: GPL-2.0-or-later
// Calls and returns: two levels of direct calls, one indirect call through a table of four.
// 15 instructions per iteration.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        push    rbx
        lea     rbx, [rip + table]
        xor     eax, eax
        test    rdi, rdi
        jz      2f
1:      call    outer
        mov     ecx, edi
        and     ecx, 3
        mov     edx, [rbx + rcx * 4]
        call    rdx
        dec     rdi
        jnz     1b
2:      pop     rbx
        ret

outer:  push    rax
        call    inner
        pop     rcx
        add     rax, rcx
        ret
inner:  inc     rax
        ret

leaf0:  add     rax, 1
        ret
leaf1:  xor     rax, rdi
        ret
leaf2:  lea     rax, [rax + rdi]
        ret
leaf3:  rol     rax, 5
        ret

        .data
        .balign 16
table:  .long   leaf0, leaf1, leaf2, leaf3
