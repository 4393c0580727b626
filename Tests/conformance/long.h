// SPDX-License-Identifier: GPL-2.0-or-later
// Long mode for the conformance guests: a case begins in ring 0 with IF clear, RSP = boot, a gate
// for every vector, a TSS, the first GiB mapped one to one, and a known value in every register.
#include "conformance.h"
#include "report.h"

#ifndef IDENTITY
#define IDENTITY 0x87                           // the first GiB: present, writable, user, 2 MiB
#endif

        .set    CODE, 0x08
        .set    DATA0, 0x10
        .set    CODE3, 0x1b
        .set    DATA3, 0x23
        .set    TSS, 0x28
        .set    COMPAT3, 0x3b
        .set    CONFORMING, 0x40
        .set    ABSENT_CODE, 0x48
        .set    BOTH_SIZES, 0x50                // L and D
        .set    ABSENT_DATA, 0x58
        .set    COMPAT0, 0x60
        .set    READ_ONLY, 0x68
        .set    OTHER_TSS, 0x70
        .set    CALL_GATE, 0x80
        .set    CODE1, 0x90
        .set    DATA1, 0x98
        .set    LDT, 0xa0
        .set    ABSENT_TSS, 0xb0
        .set    BEYOND, 0x400                   // beyond the limit of the GDT
        .set    IN_LDT, 4                       // the LDT's entry 0: code; 12: data
        .set    REPORT, 0xfe                    // how a handler outside ring 0 gets to the report

        .data
        .balign 16
gdt:    .quad   0
        .quad   0x00209b0000000000              // 0x08 64-bit code, ring 0
        .quad   0x00cf93000000ffff              // 0x10 data, ring 0
        .quad   0x0020fb0000000000              // 0x18 64-bit code, ring 3
        .quad   0x00cff3000000ffff              // 0x20 data, ring 3
tss_descriptor:
        .quad   0x0000890000000067, 0           // 0x28 TSS; its base is filled in
        .quad   0x00cffb000000ffff              // 0x38 32-bit code, ring 3
        .quad   0x00209f0000000000              // 0x40 64-bit code, conforming
        .quad   0x00201b0000000000              // 0x48 64-bit code, not present
        .quad   0x00609b0000000000              // 0x50 code that is 64-bit and 32-bit at once
        .quad   0x00cf73000000ffff              // 0x58 data, ring 3, not present
        .quad   0x00cf9b000000ffff              // 0x60 32-bit code, ring 0
        .quad   0x00cff1000000ffff              // 0x68 data, ring 3, read only
        .quad   0x0000890000000067, 0           // 0x70 a second TSS
        .quad   0, 0                            // 0x80 for a call gate
        .quad   0x0020bb0000000000              // 0x90 64-bit code, ring 1
        .quad   0x00cfb3000000ffff              // 0x98 data, ring 1
ldt_descriptor:
        .quad   0x000082000000000f, 0           // 0xa0 LDT; its base is filled in
        .quad   0x0000090000000067, 0           // 0xb0 a TSS that is not present
gdt_end:
ldt:    .quad   0x00209b0000000000              // 0x04 64-bit code, ring 0
        .quad   0x00cf93000000ffff              // 0x0c data, ring 0
gdt_pointer:
        .word   gdt_end - gdt - 1
        .long   gdt, 0
idt_pointer:
        .word   256 * 16 - 1
        .long   idt, 0
        .balign 16
tss:    .long   0
        .long   rsp0, 0, 0, 0, 0, 0                    // RSP0 to RSP2
        .quad   0
        .long   ist1, 0, ist2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0      // IST1 to IST7
        .quad   0
        .word   0, 0x68                         // no I/O permission map
        .skip   0x2018
far:    .quad   0, 0                            // for far jumps

        .bss
        .balign 4096
pml4:   .skip   4096
pdpt:   .skip   4096
directory: .skip 4096
idt:    .skip   4096

        .text
        .code32
        .globl  _start
_start: mov     esi, [ebx + 16]
        mov     esp, offset boot
        call    find_case
        mov     dword ptr [wide], -1
        mov     eax, offset pdpt + 7
        mov     [pml4], eax
        mov     eax, offset directory + 7
        mov     [pdpt], eax
        mov     eax, IDENTITY
        xor     ecx, ecx
1:      mov     [directory + ecx * 8], eax
        add     eax, 0x200000
        inc     ecx
        cmp     ecx, 512
        jne     1b
        xor     ecx, ecx                        // 256 interrupt gates, DPL 0, to the stubs
        mov     eax, offset stubs
        mov     edi, offset idt
2:      mov     [edi], ax
        mov     word ptr [edi + 2], CODE
        mov     edx, eax
        mov     dx, 0x8e00
        mov     [edi + 4], edx
        add     edi, 16
        add     eax, 16
        inc     ecx
        cmp     ecx, 256
        jne     2b
        mov     byte ptr [idt + REPORT * 16 + 5], 0xee
        mov     byte ptr [idt + 0x7f * 16 + 5], 0xee
        .irpc   system, 012
        .if     \system == 0
        mov     eax, offset tss
        mov     edi, offset tss_descriptor
        .elseif \system == 1
        mov     edi, offset gdt + OTHER_TSS
        .else
        mov     eax, offset ldt
        mov     edi, offset ldt_descriptor
        .endif
        mov     edx, eax
        mov     [edi + 2], dx
        shr     edx, 16
        mov     [edi + 4], dl
        mov     [edi + 7], dh
        .endr
        mov     eax, 1 << 5 | 1 << 9            // PAE, OSFXSR
        mov     cr4, eax
        mov     eax, offset pml4
        mov     cr3, eax
        mov     ecx, 0xc0000080                 // EFER: NXE, LME
        xor     edx, edx
        mov     eax, 1 << 11 | 1 << 8
        wrmsr
        mov     eax, 0x80010033                 // PG, WP, NE, ET, MP, PE
        mov     cr0, eax
        lgdt    [gdt_pointer]
        ljmp    CODE, offset in_long_mode
        .code64
in_long_mode:
        lidt    [idt_pointer]
        mov     eax, TSS
        ltr     ax
        xor     eax, eax
        lldt    ax
        mov     cr2, rax
        mov     dr7, rax
        mov     dr0, rax
        mov     eax, 0xffff0ff0
        mov     dr6, rax
        mov     eax, DATA0
        .irp    segment, ds, es, fs, gs, ss
        mov     \segment, eax
        .endr
        mov     esp, offset boot
        fninit
        push    2
        popfq
        mov     rax, 0xe0e0e0e0e0e0e0e0
        mov     rcx, 0xe1e1e1e1e1e1e1e1
        mov     rdx, 0xe2e2e2e2e2e2e2e2
        mov     rbx, 0xe3e3e3e3e3e3e3e3
        mov     rbp, 0xe5e5e5e5e5e5e5e5
        mov     rsi, 0xe6e6e6e6e6e6e6e6
        mov     rdi, 0xe7e7e7e7e7e7e7e7
        mov     r8, 0xe8e8e8e8e8e8e8e8
        mov     r9, 0xe9e9e9e9e9e9e9e9
        mov     r10, 0xeaeaeaeaeaeaeaea
        mov     r11, 0xebebebebebebebeb
        mov     r12, 0xecececececececec
        mov     r13, 0xedededededededed
        mov     r14, 0xeeeeeeeeeeeeeeee
        mov     r15, 0xefefefefefefefef
        jmp     [case_code]

        .balign 16
stubs:
        .set    number, 0
        .rept   256
        .balign 16
        .byte   0x68                            // push number
        .long   number
        .byte   0xe9                            // jmp handle
        .long   handle - . - 4
        .set    number, number + 1
        .endr

handle: .set    place, NOW + REGISTERS
        .irp    register, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        mov     [place], \register
        .set    place, place + 8
        .endr
        pushfq
        pop     rax
        mov     [NOW + F_IN_RFLAGS], rax
        cld
        pop     rax
        cmp     eax, REPORT
        je      to_report
        mov     [NOW + F_VECTOR], rax
        mov     [NOW + F_IN_RSP], rsp
        mov     qword ptr [NOW + F_HAS_ERROR], 0
        test    esp, 8                          // RSP was aligned, then five quadwords: no code
        jnz     1f
        pop     rax
        mov     [NOW + F_ERROR], rax
        mov     qword ptr [NOW + F_HAS_ERROR], 1
1:      mov     qword ptr [NOW + F_HAS_STACK], 1
        .irpc   field, 01234
        mov     rax, [rsp + \field * 8]
        .if     \field < 3
        mov     [NOW + F_RIP + \field * 8], rax
        .else
        mov     [NOW + F_RSP + (\field - 3) * 8], rax
        .endif
        .endr
        call    keep
        cmp     qword ptr [case_events], 0
        je      to_report
        cmp     qword ptr [hook], 0
        je      2f
        call    [hook]
2:      mov     rax, [NOW + F_RAX]
        mov     rcx, [NOW + F_RAX + 8]
        mov     rdx, [NOW + F_RAX + 16]
        mov     rsi, [NOW + F_RAX + 48]
        mov     rdi, [NOW + F_RAX + 56]
        iretq

        // Adds the rest to NOW, and NOW to the records.
keep:   mov     eax, cs
        mov     [NOW + F_IN_CS], rax
        mov     eax, ss
        mov     [NOW + F_IN_SS], rax
        mov     eax, es
        mov     [NOW + SEGMENTS], rax
        mov     eax, ds
        mov     [NOW + SEGMENTS + 8], rax
        mov     eax, fs
        mov     [NOW + SEGMENTS + 16], rax
        mov     eax, gs
        mov     [NOW + SEGMENTS + 24], rax
        mov     eax, 0xffff0ff0
        mov     [NOW + F_DR6], rax
        mov     eax, cs
        test    al, 3
        jnz     1f
        mov     rax, cr2
        mov     [NOW + F_CR2], rax
        mov     rax, dr6
        mov     [NOW + F_DR6], rax
1:      imul    edi, [recorded], RECORD_SIZE
        add     edi, RECORDS
        mov     esi, NOW
        mov     ecx, RECORD_SIZE / 8
        rep movsq
        inc     qword ptr [recorded]
        dec     qword ptr [case_events]
        ret

        // The case is over without an event, or without a further one.
finished:
        .set    place, NOW + REGISTERS
        .irp    register, rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15
        mov     [place], \register
        .set    place, place + 8
        .endr
        mov     [NOW + F_IN_RSP], rsp
        mov     esp, offset task
        pushfq
        pop     rax
        mov     [NOW + F_IN_RFLAGS], rax
        cld
        mov     qword ptr [NOW + F_VECTOR], END
        call    keep
to_report:
        mov     eax, cs
        test    al, 3
        jz      1f
        int     REPORT
1:      lgdt    [report_gdt_pointer]
        .att_syntax prefix
        ljmpl   *report_far
        .intel_syntax noprefix

        // Goes on behind the macro in ring 3; no register but RSP changes.
.macro  in_ring_3 flags=2, code=CODE3, stack=user, data=DATA3
        push    \data
        push    offset \stack
        push    \flags
        push    \code
        push    offset ring3_\@
        iretq
ring3_\@:
.endm
        // Changes a byte of a gate: 5 is P, DPL and type, 4 is IST. Or its selector.
.macro  gate vector, type
        mov     byte ptr [idt + \vector * 16 + 5], \type
.endm
.macro  gate_ist vector, ist
        mov     byte ptr [idt + \vector * 16 + 4], \ist
.endm
.macro  gate_selector vector, selector
        mov     word ptr [idt + \vector * 16 + 2], \selector
.endm
        // The last gate that the IDT has.
.macro  idt_ends_with vector
        mov     word ptr [idt_pointer], \vector * 16 + 15
        lidt    [idt_pointer]
.endm
        // The end of a case in ring 3: a gate that ring 3 may use.
.macro  finish_in_ring_3
        int     0x7f
.endm
