// SPDX-License-Identifier: GPL-2.0-or-later
// 32-bit protected mode for the conformance guests: a case begins in ring 0 with IF clear, ESP =
// boot, flat segments, an interrupt gate for every vector, a TSS, no paging.
#include "conformance.h"
#include "report.h"

        .set    CODE, 0x08
        .set    DATA0, 0x10
        .set    CODE3, 0x1b
        .set    DATA3, 0x23
        .set    TSS, 0x28
        .set    TASK, 0x30                      // another task
        .set    LDT, 0x38
        .set    CODE1, 0x40
        .set    DATA1, 0x48
        .set    CONFORMING, 0x50
        .set    ABSENT_CODE, 0x58
        .set    ABSENT_DATA, 0x60
        .set    SMALL, 0x68                     // data, 16 bytes
        .set    READ_ONLY, 0x70
        .set    EXPAND_DOWN, 0x78               // data from 0x1000 up
        .set    EXECUTE_ONLY, 0x80
        .set    BEYOND, 0x400
        .set    REPORT, 0xfe

        .data
        .balign 16
gdt:    .quad   0
        .quad   0x00cf9b000000ffff              // 0x08 code, ring 0
        .quad   0x00cf93000000ffff              // 0x10 data, ring 0
        .quad   0x00cffb000000ffff              // 0x18 code, ring 3
        .quad   0x00cff3000000ffff              // 0x20 data, ring 3
        .quad   0x0000890000000067              // 0x28 TSS; its base is filled in
        .quad   0x0000890000000067              // 0x30 TSS of the other task, likewise
        .quad   0x000082000000000f              // 0x38 LDT
        .quad   0x00cfbb000000ffff              // 0x40 code, ring 1
        .quad   0x00cfb3000000ffff              // 0x48 data, ring 1
        .quad   0x00cf9f000000ffff              // 0x50 code, conforming
        .quad   0x00cf1b000000ffff              // 0x58 code, not present
        .quad   0x00cf13000000ffff              // 0x60 data, not present
        .quad   0x004093000000000f              // 0x68 data, 16 bytes
        .quad   0x00cf91000000ffff              // 0x70 data, read only
        .quad   0x0040970000000fff              // 0x78 data, expand down
        .quad   0x00cf99000000ffff              // 0x80 code, execute only
gdt_end:
gdt_pointer:
        .word   gdt_end - gdt - 1
        .long   gdt
idt_pointer:
        .word   256 * 8 - 1
        .long   idt
        .balign 16
tss:    .long   0, rsp0, DATA0, rsp1, DATA1 + 1
        .skip   0x68 - 20 - 2
        .word   0x68
task_tss:
        .long   0, rsp0, DATA0, rsp1, DATA1 + 1, 0, 0
        .long   0, in_task, 2                   // CR3, EIP, EFLAGS
        .long   0xa0a0a0a0, 0xa1a1a1a1, 0xa2a2a2a2, 0xa3a3a3a3, task, 0xa5a5a5a5, 0xa6a6a6a6, 0xa7a7a7a7
        .long   DATA0, CODE, DATA0, DATA0, DATA0, DATA0, 0
        .word   0, 0x68
ldt:    .quad   0x00cf9b000000ffff, 0x00cf93000000ffff
far:    .quad   0
        .bss
        .balign 4096
idt:    .skip   256 * 8

        .text
        .code32
        .globl  _start
_start: mov     esi, [ebx + 16]
        mov     esp, offset boot
        call    find_case
        xor     ecx, ecx
        mov     eax, offset stubs
        mov     edi, offset idt
1:      mov     [edi], ax
        mov     word ptr [edi + 2], CODE
        mov     edx, eax
        mov     dx, 0x8e00
        mov     [edi + 4], edx
        add     edi, 8
        add     eax, 16
        inc     ecx
        cmp     ecx, 256
        jne     1b
        mov     byte ptr [idt + REPORT * 8 + 5], 0xee
        mov     byte ptr [idt + 0x7f * 8 + 5], 0xee
.macro  base descriptor, place
        mov     eax, offset \place
        mov     [gdt + \descriptor + 2], ax
        shr     eax, 16
        mov     [gdt + \descriptor + 4], al
.endm
        base    TSS, tss
        base    TASK, task_tss
        base    LDT, ldt
        lgdt    [gdt_pointer]
        ljmp    CODE, offset in_own_segments
in_own_segments:
        lidt    [idt_pointer]
        mov     eax, TSS
        ltr     ax
        xor     eax, eax
        lldt    ax
        mov     cr2, eax
        mov     dr7, eax
        mov     dr0, eax
        mov     eax, 0xffff0ff0
        mov     dr6, eax
        mov     eax, 0x33                       // NE, ET, MP, PE
        mov     cr0, eax
        xor     eax, eax
        mov     cr4, eax
        mov     eax, DATA0
        .irp    segment, ds, es, fs, gs, ss
        mov     \segment, eax
        .endr
        mov     esp, offset boot
        fninit
        mov     eax, 0xe0e0e0e0
        mov     ecx, 0xe1e1e1e1
        mov     edx, 0xe2e2e2e2
        mov     ebx, 0xe3e3e3e3
        mov     ebp, 0xe5e5e5e5
        mov     esi, 0xe6e6e6e6
        mov     edi, 0xe7e7e7e7
        mov     dword ptr [NOW + F_ERROR + 4], 0
        push    2
        popfd
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

        // DS may be anything, SS is flat in every handler.
.macro  save_registers
        .set    place, NOW + REGISTERS
        .irp    register, eax, ecx, edx, ebx, esp, ebp, esi, edi
        mov     ss:[place], \register
        .set    place, place + 8
        .endr
        pushfd
        pop     dword ptr ss:[NOW + F_IN_RFLAGS]
        mov     eax, es
        mov     ss:[NOW + SEGMENTS], eax
        mov     eax, ds
        mov     ss:[NOW + SEGMENTS + 8], eax
        mov     eax, fs
        mov     ss:[NOW + SEGMENTS + 16], eax
        mov     eax, gs
        mov     ss:[NOW + SEGMENTS + 24], eax
        mov     eax, ss
        mov     ds, eax
        mov     es, eax
        cld
.endm
handle: save_registers
        pop     eax
        cmp     eax, REPORT
        je      to_report
        mov     [NOW + F_VECTOR], eax
        mov     [NOW + F_IN_RSP], esp
        xor     edx, edx
        pop     eax
        cmp     eax, 0x8000                     // code is above, selectors are below
        jae     1f
        mov     [NOW + F_ERROR], eax
        inc     edx
        pop     eax
1:      mov     [NOW + F_HAS_ERROR], edx
        mov     [NOW + F_RIP], eax
        pop     eax
        mov     [NOW + F_CS], eax
        pop     ecx
        mov     [NOW + F_RFLAGS], ecx
        xor     edx, edx
        mov     [NOW + F_HAS_DATA], edx
        bt      ecx, 17                         // VM
        jc      2f
        mov     ecx, cs
        xor     eax, ecx
        test    al, 3
        jz      3f
        jmp     4f
2:      inc     dword ptr [NOW + F_HAS_DATA]
        .irpc   field, 0123
        mov     eax, [esp + 8 + \field * 4]
        mov     [NOW + F_DATA + \field * 8], eax
        .endr
4:      mov     eax, [esp]
        mov     [NOW + F_RSP], eax
        mov     eax, [esp + 4]
        mov     [NOW + F_SS], eax
        inc     edx
3:      mov     [NOW + F_HAS_STACK], edx
        sub     esp, 12
        call    keep
        cmp     dword ptr [case_events], 0
        je      to_report
        mov     eax, [NOW + SEGMENTS]
        mov     es, eax
        mov     eax, [NOW + F_RAX]
        mov     ecx, [NOW + F_RAX + 8]
        mov     edx, [NOW + F_RAX + 16]
        mov     esi, [NOW + F_RAX + 48]
        mov     edi, [NOW + F_RAX + 56]
        mov     ds, [NOW + SEGMENTS + 8]
        iretd

keep:   mov     eax, cs
        mov     [NOW + F_IN_CS], eax
        mov     eax, ss
        mov     [NOW + F_IN_SS], eax
        mov     eax, 0xffff0ff0
        mov     [NOW + F_DR6], eax
        mov     eax, cs
        test    al, 3
        jnz     1f
        mov     eax, cr2
        mov     [NOW + F_CR2], eax
        mov     eax, dr6
        mov     [NOW + F_DR6], eax
1:      imul    edi, [recorded], RECORD_SIZE
        add     edi, RECORDS
        mov     esi, NOW
        mov     ecx, RECORD_SIZE / 4
        rep movsd
        inc     dword ptr [recorded]
        dec     dword ptr [case_events]
        ret

in_task:                                        // a task gate ends here
finished:
        save_registers
        mov     [NOW + F_IN_RSP], esp
        mov     dword ptr [NOW + F_VECTOR], END
        call    keep
to_report:
        mov     eax, cs
        test    al, 3
        jz      1f
        int     REPORT
1:      lgdt    [report_gdt_pointer]
        ljmp    0x08, offset report

        // `push offset` would push 16 bits here.
.macro  push_address place
        .byte   0x68
        .long   \place
.endm
.macro  in_ring_3 flags=2, code=CODE3, stack=user, data=DATA3
        push    \data
        push_address \stack
        push    \flags
        push    \code
        push_address ring3_\@
        iretd
ring3_\@:
.endm
.macro  gate vector, type
        mov     byte ptr [idt + \vector * 8 + 5], \type
.endm
.macro  gate_selector vector, selector
        mov     word ptr [idt + \vector * 8 + 2], \selector
.endm
.macro  idt_ends_with vector
        mov     word ptr [idt_pointer], \vector * 8 + 7
        lidt    [idt_pointer]
.endm
.macro  finish_in_ring_3
        int     0x7f
.endm
