// SPDX-License-Identifier: GPL-2.0-or-later
// Memory that is no plain RAM: text memory, ROM, and places where nothing answers on this machine. Accesses of all
// widths, aligned and not, by all kinds of instructions: what a trace of them has to tell.
#include "intel.h"
#include "long-mode.h"
        .code32
        .globl  _start
_start: enter_long_mode main
        .code64
        .globl  main
        .type   main, @function
main:
        // 1 GiB pages: 0x40000000 -> 0, and what newer PCs have below 4 GiB.
        mov     qword ptr [pdpt + 8], 0x83
        mov     eax, 0xc0000083
        mov     [pdpt + 24], rax
        mov     rax, cr3
        mov     cr3, rax

        // "Hello" in one colour, cell by cell.
        lea     esi, [hello]
        mov     edi, 0xb8000 + 2 * 80
        mov     ah, 0x1f
1:      lodsb
        test    al, al
        jz      1f
        stosw
        jmp     1b
        // Bytes of one cell, then a half of another one.
1:      mov     byte ptr [0xb8002], 'A'
        mov     byte ptr [0xb8003], 0x4e
        mov     byte ptr [0xb8009], 0x70
        // The same through another mapping, four cells at once, which do not lie at a multiple of 8.
        mov     rax, 0x0e640e630e620e61
        mov     [0x400b8140 + 4], rax
        cmp     [0xb8140 + 4], rax
        require e, 1
        // Across two pages.
        mov     dword ptr [0xb8ffe], 0x07420741
        cmp     dword ptr [0xb8ffe], 0x07420741
        require e, 2
        // Read, changed and written; with LOCK, too.
        add     byte ptr [0xb8002], 1
        lock inc byte ptr [0xb8002]
        cmp     byte ptr [0xb8002], 'C'
        require e, 3
        // A row is copied, one is cleared.
        mov     esi, 0xb80a0
        mov     edi, 0xb8f00
        mov     ecx, 20
        rep movsq
        mov     eax, 0x0720
        mov     edi, 0xb80a0
        mov     ecx, 80
        rep stosw
        // Not on the screen.
        mov     word ptr [0xbc000], 0x0741
        // A call with its stack there: CALL and RET are no moves.
        mov     rbx, rsp
        mov     esp, 0xb9000
        call    returns
        mov     rsp, rbx

        // ROM, and where nothing answers.
        mov     eax, [0xffff0]
        mov     dword ptr [0xffff0], ~0
        cmp     eax, [0xffff0]
        require e, 4
        mov     byte ptr [0xa0000], 15
        mov     qword ptr [0x30000000], 0x12345678
        mov     eax, 0xfee00000
        mov     edx, [rax + 0x20]
        mov     dword ptr [rax + 0xb0], 0
        mov     rdx, [rax + 0x1000 - 4]
        mov     ecx, 3
1:      mov     edx, [rax + 0x390]
        dec     ecx
        jnz     1b
        leave_with PASS

        .type   returns, @function
returns:
        ret

        .data
hello:  .asciz  "Hello"
