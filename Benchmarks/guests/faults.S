// SPDX-License-Identifier: GPL-2.0-or-later
// Page faults: n times a load from a page that is not mapped, which its handler skips.
        .intel_syntax noprefix
        .code64
        .text
        .globl  guest_main
guest_main:
        lea     rax, [rip + handler]
        mov     ecx, 14
        call    set_gate
        xor     edx, edx
        test    rdi, rdi
        jz      2f
1:      mov     eax, [rdx + 0x7ffff000]         // 6 bytes
        dec     rdi
        jnz     1b
2:      ret

handler:
        add     rsp, 8
        add     qword ptr [rsp], 6
        iretq
