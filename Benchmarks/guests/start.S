// SPDX-License-Identifier: GPL-2.0-or-later
// Entry of every long-running guest: multiboot1, 32-bit entry, long mode, then `guest_main(n)`.
//
// n is the number at the end of the kernel command line. With 0 a guest does everything except its
// work: the bench subtracts that run, so that only the work is compared. The guest leaves through
// port 0xF4 with 0x10, which both QEMU's isa-debug-exit and kemu turn into exit status 33.
// An @ on the command line has the timer interrupt 1000 times a second meanwhile.
        .intel_syntax noprefix

        .set    COM_EXIT, 0xF4

#include "multiboot.h"

        .text
        .code32
        .globl  start
start:
        lea     esp, [stack_top]
        call    iterations                      // EBX: multiboot information -> EDI: n

        // PML4[0] -> PDPT[0] -> PD: the first GiB in 2 MiB pages, present, writable, large.
        lea     eax, [pdpt]
        or      eax, 3
        mov     [pml4], eax
        lea     eax, [pd]
        or      eax, 3
        mov     [pdpt], eax
        mov     eax, 0x83
        xor     ecx, ecx
1:      mov     [pd + ecx * 8], eax
        add     eax, 0x200000
        inc     ecx
        cmp     ecx, 512
        jne     1b

        // Intel SDM Vol. 3A §10.8.5 "Initializing IA-32e Mode": PAE, CR3, LME, PG.
        mov     eax, cr4
        or      eax, 1 << 5
        mov     cr4, eax
        lea     eax, [pml4]
        mov     cr3, eax
        mov     ecx, 0xC0000080
        rdmsr
        or      eax, 1 << 8
        wrmsr
        mov     eax, cr0
        or      eax, 1 << 31
        mov     cr0, eax
        lgdt    [gdt_pointer]
        ljmp    0x08, offset long_mode

// The last run of decimal digits of the command line as a number in EDI; 0 without one.
iterations:
        xor     edi, edi
        test    dword ptr [ebx], 1 << 2         // flags[2]: cmdline is valid
        jz      3f
        mov     esi, [ebx + 16]
1:      movzx   eax, byte ptr [esi]
        inc     esi
        test    eax, eax
        jz      3f
        cmp     eax, '@'
        je      4f
        cmp     eax, ' '
        je      2f
        sub     eax, '0'
        cmp     eax, 9
        ja      1b
        imul    edi, edi, 10
        add     edi, eax
        jmp     1b
2:      xor     edi, edi                        // a new word: forget what the last one held
        jmp     1b
4:      mov     byte ptr [ticks], 1
        jmp     1b
3:      ret

        .code64
long_mode:
        xor     eax, eax
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        cld
        mov     edi, edi
        lea     rax, [rip + tick]
        mov     ecx, 0x20
        call    set_gate
        lidt    [rip + idt_pointer]
        cmp     byte ptr [rip + ticks], 0
        je      1f
        mov     edx, 1193                       // of 1193182 a second
        call    start_timer
1:      call    guest_main
        cli

        mov     word ptr [0xB8000], 0x2F4F      // O, white on green
        mov     word ptr [0xB8002], 0x2F4B      // K
        mov     al, 0x10
        out     COM_EXIT, al
1:      hlt
        jmp     1b

// Interrupt gate ECX leads to RAX, in ring 0. Intel SDM Vol. 3A §6.14.1 "64-Bit Mode IDT".
        .globl  set_gate, start_timer
set_gate:
        shl     ecx, 4
        lea     r8, [rip + idt]
        add     r8, rcx
        mov     [r8], ax
        mov     word ptr [r8 + 2], 0x08
        mov     word ptr [r8 + 4], 0x8E00
        shr     rax, 16
        mov     [r8 + 6], ax
        shr     rax, 16
        mov     [r8 + 8], rax
        ret

// IRQ 0 every EDX periods of the timer, as vector 0x20; the other lines stay masked.
start_timer:
        .irp    pair, 0x1120, 0x2021, 0x0421, 0x0121, 0xFE21, 0xFFA1, 0x3443
        mov     al, \pair >> 8
        out     \pair & 0xFF, al
        .endr
        mov     al, dl
        out     0x40, al
        mov     al, dh
        out     0x40, al
        sti
        ret

tick:   push    rax
        mov     al, 0x20
        out     0x20, al
        pop     rax
        iretq

        .data
ticks:  .byte   0
        .balign 8
idt_pointer:
        .word   256 * 16 - 1
        .long   idt, 0
gdt:    .quad   0
        .quad   0x00AF9B000000FFFF              // 64-bit code, ring 0
gdt_pointer:
        .word   gdt_pointer - gdt - 1
        .long   gdt

        .bss
        .balign 4096
        .globl  pml4, pdpt, idt
idt:    .skip   4096
pml4:   .skip   4096
pdpt:   .skip   4096
pd:     .skip   4096
        .skip   16384
stack_top:
