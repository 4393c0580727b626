// SPDX-License-Identifier: GPL-2.0-or-later
// From 32-bit entry to 64-bit mode: `enter_long_mode label` continues at `label`, with the first GiB mapped in
// 2 MiB pages by pml4, pdpt and directory.
.macro  enter_long_mode label
        lea     esp, [stack_top]
        lea     eax, [pdpt]
        or      eax, 7
        mov     [pml4], eax
        lea     eax, [directory]
        or      eax, 7
        mov     [pdpt], eax
        mov     eax, 0x83
        xor     ecx, ecx
1:      mov     [directory + ecx * 8], eax
        add     eax, 0x200000
        inc     ecx
        cmp     ecx, 512
        jne     1b
        mov     eax, cr4
        or      eax, 1 << 5                     // PAE
        mov     cr4, eax
        lea     eax, [pml4]
        mov     cr3, eax
        mov     ecx, 0xc0000080                 // EFER
        rdmsr
        or      eax, 1 << 8                     // LME
        wrmsr
        mov     eax, cr0
        or      eax, 1 << 31                    // PG
        mov     cr0, eax
        lgdt    [gdt_pointer]
        ljmp    0x08, offset \label
.endm

        .data
        .balign 8
gdt:    .quad   0
        .quad   0x00209b0000000000              // 0x08 64-bit code, ring 0
        .quad   0x0000930000000000              // 0x10 data, ring 0
        .quad   0x0020fb0000000000              // 0x18 64-bit code, ring 3
        .quad   0x0000f30000000000              // 0x20 data, ring 3
        .quad   0x0000890000000067, 0           // 0x28 64-bit TSS, whose base a guest fills in
gdt_pointer:
        .word   . - gdt - 1
        .long   gdt, 0

        .bss
        .balign 4096
pml4:   .skip   4096
pdpt:   .skip   4096
directory: .skip 4096
        .skip   8192
stack_top:
        .text
