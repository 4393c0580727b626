// SPDX-License-Identifier: GPL-2.0-or-later
// Two tasks take turns: by CALL and by a task gate of the IDT, back by IRET, each from where it was.
#include "intel.h"
        .set    CODE, 0x08
        .set    DATA, 0x10
        .set    FIRST, 0x18
        .set    SECOND, 0x20
        .set    ROUNDS, 1000
        .code32
        .globl  _start
_start: lea     eax, [first]
        mov     [gdt + FIRST + 2], ax
        lea     eax, [second]
        mov     [gdt + SECOND + 2], ax
        shr     eax, 16
        mov     [gdt + FIRST + 4], al           // both lie in the same 64 KiB
        mov     [gdt + SECOND + 4], al
        lgdt    [gdt_pointer]
        lidt    [idt_pointer]
        ljmp    CODE, offset in_own_segments
in_own_segments:
        mov     eax, DATA
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        xor     eax, eax
        mov     fs, eax
        mov     gs, eax
        lea     esp, [stack_top]
        mov     eax, FIRST
        ltr     ax
        mov     ecx, ROUNDS
        xor     ebx, ebx
        // Four instructions here, and three there for each of the two ways.
1:      lcall   SECOND, 0
        int     0
        dec     ecx
        jnz     1b

        test    ebx, ebx                        // the other task's
        require z, 1
        cmp     dword ptr [second + 0x34], 2 * ROUNDS
        require e, 2
        cmp     byte ptr [gdt + SECOND + 5], 0x89
        require e, 3
        cmp     byte ptr [gdt + FIRST + 5], 0x8b
        require e, 4
        mov     eax, cr0
        test    eax, 8                          // TS
        require nz, 5
        pushfd
        test    dword ptr [esp], 0x4000         // NT
        require z, 6
        leave_with PASS

in_second:
        inc     ebx
        iretd
        jmp     in_second

        .data
        .balign 16
gdt:    .quad   0
        .quad   0x00cf9b000000ffff
        .quad   0x00cf93000000ffff
        .quad   0x0000890000000067
        .quad   0x0000890000000067
gdt_pointer:
        .word   . - gdt - 1
        .long   gdt
idt:    .quad   0x0000850000200000              // vector 0: a task gate to SECOND
idt_pointer:
        .word   7
        .long   idt
        .balign 256
first:  .skip   0x68
second: .skip   0x20
        .long   in_second, 2
        .long   0, 0, 0, 0, second_stack_top, 0, 0, 0
        .long   DATA, CODE, DATA, DATA, 0, 0, 0, 0
        .bss
        .balign 16
        .skip   1024
stack_top:
        .skip   1024
second_stack_top:
