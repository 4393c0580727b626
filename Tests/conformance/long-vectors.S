// SPDX-License-Identifier: GPL-2.0-or-later
// Every exception that an instruction of ring 0 in 64-bit mode causes without help.
#include "long.h"

case divide-by-zero
        mov     ecx, 0
at;     div     ecx
case divide-overflow
        mov     edx, 5
        mov     ecx, 5
at;     div     ecx
case divide-signed-overflow
        mov     eax, 0x8000
        mov     cl, 0xff
at;     idiv    cl
case int1
at;     .byte   0xf1
case int3
at;     int3
case int3-two-bytes
at;     .byte   0xcd, 3
case into-is-invalid
at;     .byte   0xce
case bound-is-invalid
at;     .byte   0x62, 0x04, 0x24, 0, 0, 0
case ud2
at;     ud2
case invalid-opcode
at;     .byte   0x0f, 0xff, 0xc0
case invalid-in-64-bit
at;     .byte   0x06                            // push es
case lock-without-memory
at;     .byte   0xf0, 0x01, 0xc0
case lock-on-load
at;     .byte   0xf0, 0x8b, 0x04, 0x24
case mov-to-cs
        mov     eax, CODE
at;     .byte   0x8e, 0xc8
case too-long
at;     .byte   0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66
        nop
        nop
.macro  set_cr0 bit
        mov     rax, cr0
        bts     rax, \bit
        mov     cr0, rax
.endm
case x87-task-switched
        set_cr0 3
at;     fld1
case x87-emulated
        set_cr0 2
at;     fld1
case fwait-task-switched
        set_cr0 3
at;     fwait
case fwait-without-mp
        mov     rax, cr0
        btr     rax, 1
        bts     rax, 3
        mov     cr0, rax
at;     fwait
case sse-task-switched
        set_cr0 3
at;     xorps   xmm0, xmm0
case sse-emulated
        set_cr0 2
at;     xorps   xmm0, xmm0
case sse-without-osfxsr
        mov     rax, cr4
        btr     rax, 9
        mov     cr4, rax
at;     xorps   xmm0, xmm0
case x87-zero-divide
        push    0x37b
        fldcw   [rsp]
        fld1
        fldz
        fdivp   st(1), st(0)
at;     fwait
case x87-invalid
        push    0x37e
        fldcw   [rsp]
        fldz
        fldz
        fdivp   st(1), st(0)
at;     fwait
case double-fault-by-hand
at;     int     8
        .irp    vector, 0, 1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 31, 32, 128, 255
case int-\vector
at;     int     \vector
        .endr
        jmp     finished
