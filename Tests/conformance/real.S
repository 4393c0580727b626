// SPDX-License-Identifier: GPL-2.0-or-later
// Real-address mode: the interrupt vector table at 0, its limit, flags, an interrupt of the 8259.
// A case begins with all segments 0, SP = 0x6000, every vector at its stub.
#include "conformance.h"
#include "report.h"

        .set    TOP, 0x6000
        .data
        .balign 8
small_gdt: .quad 0
        .quad   0x00009b000000ffff              // 0x08 16-bit code
        .quad   0x000093000000ffff              // 0x10 16-bit data
small_gdt_pointer:
        .word   . - small_gdt - 1
        .long   small_gdt

        .text
        .globl  _start
_start: mov     esi, [ebx + 16]
        mov     esp, offset boot
        call    find_case
        mov     dword ptr [segment_pattern], 0
        mov     esi, offset low_image
        mov     edi, 0x8000
        mov     ecx, offset low_end
        sub     ecx, edi
        rep movsb
        mov     eax, [case_code]
        mov     [chosen], eax
        mov     eax, [case_events]
        mov     [events], eax
        xor     ecx, ecx
        mov     eax, offset stubs
1:      mov     [ecx * 4], eax
        add     eax, 8
        inc     ecx
        cmp     ecx, 256
        jne     1b
        xor     eax, eax
        mov     cr2, eax
        mov     dr7, eax
        mov     eax, 0xffff0ff0
        mov     dr6, eax
        lgdt    [small_gdt_pointer]
        ljmp    0x08, offset to_real

        .section .low, "ax"
        .code16
vectors: .word  0x3ff
        .long   0
report_pointer: .word 0x17
        .long   report_gdt
chosen: .long   0
events: .long   0
count:  .long   0
to_real:
        lidt    [vectors]
        mov     eax, 0x10
        .irp    segment, ds, es, fs, gs, ss
        mov     \segment, eax
        .endr
        mov     eax, 0x30
        mov     cr0, eax
        ljmp    0, offset in_real_mode
in_real_mode:
        xor     eax, eax
        .irp    segment, ds, es, fs, gs, ss
        mov     \segment, eax
        .endr
        mov     esp, TOP
        fninit
        mov     eax, 0xe0e0e0e0
        mov     ecx, 0xe1e1e1e1
        mov     edx, 0xe2e2e2e2
        mov     ebx, 0xe3e3e3e3
        mov     ebp, 0xe5e5e5e5
        mov     esi, 0xe6e6e6e6
        mov     edi, 0xe7e7e7e7
        push    2
        popf
        jmp     word ptr [chosen]

        .balign 8
stubs:  .set    number, 0
        .rept   256
        .balign 8
        .byte   0x68                            // push number
        .word   number
        .byte   0xe9                            // jmp handle
        .word   handle - . - 2
        .set    number, number + 1
        .endr

.macro  save_registers
        .set    place, NOW + REGISTERS
        .irp    register, eax, ecx, edx, ebx, esp, ebp, esi, edi
        mov     cs:[place], \register
        .set    place, place + 8
        .endr
        pushfd
        pop     dword ptr cs:[NOW + F_IN_RFLAGS]
        .set    place, NOW + SEGMENTS
        .irp    segment, es, ds, fs, gs
        mov     cs:[place], \segment
        .set    place, place + 8
        .endr
        mov     cs:[NOW + F_IN_SS], ss
        mov     cs:[NOW + F_IN_CS], cs
        mov     dword ptr cs:[NOW + F_DR6], 0xffff0ff0
        xor     eax, eax
        mov     ds, eax
        mov     es, eax
        cld
.endm
handle: save_registers
        pop     ax
        mov     [NOW + F_VECTOR], ax
        mov     [NOW + F_IN_RSP], sp
        pop     ax
        mov     [NOW + F_RIP], ax
        pop     ax
        mov     [NOW + F_CS], ax
        pop     ax
        mov     [NOW + F_RFLAGS], ax
        sub     sp, 6
        mov     eax, dr6
        mov     [NOW + F_DR6], eax
        call    keep
        cmp     dword ptr [events], 0
        je      to_report
        mov     eax, [NOW + F_RAX]
        mov     ecx, [NOW + F_RAX + 8]
        mov     esi, [NOW + F_RAX + 48]
        mov     edi, [NOW + F_RAX + 56]
        iret

keep:
        mov     edi, 0
        imul    di, word ptr [count], RECORD_SIZE
        add     di, RECORDS
        mov     si, NOW
        mov     cx, RECORD_SIZE / 4
        rep movsd
        inc     dword ptr [count]
        dec     dword ptr [events]
        ret

finished:
        save_registers
        mov     [NOW + F_IN_RSP], esp
        mov     word ptr [NOW + F_VECTOR], END
        call    keep
to_report:
        lgdt    [report_pointer]
        mov     eax, 0x31
        mov     cr0, eax
        .byte   0x66, 0xea                      // far jump, 32-bit offset
        .long   counted
        .word   0x08
        .text
        .code32
counted:
        mov     dx, 0x10
        mov     ds, edx
        mov     eax, [count]
        mov     [recorded], eax
        jmp     report

        .section .low
        .code16
case divide-by-zero
        mov     cx, 0
at;     div     cx
case divide-by-immediate-zero
at;     .byte   0xd4, 0
case int3
at;     int3
case into
        push    0x802
        popf
at;     into
case into-clear
at;     into
        nop
case bound
        mov     dword ptr [NOW + 0x1c0], 0x20001
        mov     ax, 0
at;     bound   ax, [NOW + 0x1c0]
case ud2
at;     ud2
case mov-to-cs
at;     .byte   0x8e, 0xc8
case lldt-is-invalid
at;     .byte   0x0f, 0x00, 0xd0
case x87-task-switched
        mov     eax, cr0
        or      al, 8
        mov     cr0, eax
        push    2
        popf
at;     fld1
case int-0x80
at;     int     0x80
case int-clears-if-and-tf
        push    0x302
        popf
at;     int     0x80
case int-keeps-other-flags
        push    0x7cd7
        popf
at;     int     0x80
case int-returns, 2
at;     int     0x80
        int     0x81
case step
        push    0x102
        popf
at;     nop
        nop
case step-mov-ss
        mov     cx, 0
        push    0x102
        popf
at;     mov     ss, cx
        nop
        nop
case break-code
        mov     eax, offset break_code_here
        mov     dr0, eax
        mov     eax, 0x402
        mov     dr7, eax
        nop
at
break_code_here:
        nop
case break-write
        mov     eax, NOW + 0x1c8
        mov     dr0, eax
        mov     eax, 0xd0402                    // four bytes
        mov     dr7, eax
at;     mov     [NOW + 0x1c7], cx
        nop
case beyond-limit
        mov     word ptr [vectors], 0x1ff
        lidt    [vectors]
at;     int     0x80
case cut-by-limit
        mov     word ptr [vectors], 0x202
        lidt    [vectors]
at;     int     0x80
case moved-table
        mov     dword ptr [0x5000 + 0x80 * 4], offset stubs + 0x81 * 8
        mov     dword ptr [vectors + 2], 0x5000
        lidt    [vectors]
at;     int     0x80
case no-table
        mov     word ptr [vectors], 0
        lidt    [vectors]
at;     int     0x80
case interrupt
        mov     al, 0x30
        out     0x43, al
        mov     al, 100
        out     0x40, al
        mov     al, 0
        out     0x40, al
        .irp    value, 0x11, 8, 4, 1, 0xfe
        mov     al, \value
        .if     \value == 0x11
        out     0x20, al
        .else
        out     0x21, al
        .endif
        .endr
        mov     al, 0x30
        out     0x43, al
        mov     al, 100
        out     0x40, al
        mov     al, 0
        out     0x40, al
        mov     al, 0x0a
        out     0x20, al
1:      in      al, 0x20
        test    al, 1
        jz      1b
        mov     al, 0
        push    2
        popf
        sti
        nop
at;     nop
        jmp     finished
