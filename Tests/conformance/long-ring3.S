// SPDX-License-Identifier: GPL-2.0-or-later
// What ring 3 may not do in 64-bit mode, and the ways between the rings.
#include "long.h"

.macro  from_ring_3 name, instruction:vararg
case \name
        in_ring_3
at;     \instruction
.endm
        from_ring_3 hlt, hlt
        from_ring_3 cli, cli
        from_ring_3 sti, sti
        from_ring_3 in, in al, 0x60
        from_ring_3 out, out 0x80, al
        from_ring_3 in-dx, in eax, dx
        from_ring_3 read-cr0, mov rax, cr0
        from_ring_3 write-cr3, mov cr3, rax
        from_ring_3 write-cr8, mov cr8, rax
        from_ring_3 read-dr7, mov rax, dr7
        from_ring_3 lmsw, lmsw ax
        from_ring_3 clts, clts
        from_ring_3 lgdt, lgdt [NOW]
        from_ring_3 lidt, lidt [NOW]
        from_ring_3 lldt, lldt ax
        from_ring_3 ltr, ltr ax
        from_ring_3 invlpg, invlpg [NOW]
        from_ring_3 invd, invd
        from_ring_3 wbinvd, wbinvd
        from_ring_3 rdmsr, rdmsr
        from_ring_3 wrmsr, wrmsr
        from_ring_3 swapgs, swapgs
        from_ring_3 sysret-in-ring-3, sysret
        from_ring_3 rdpmc, rdpmc
        from_ring_3 ud2, ud2
        from_ring_3 int3-dpl-0, int3
        from_ring_3 int1-dpl-0, .byte 0xf1
        from_ring_3 int-dpl-0, int 0x80
        from_ring_3 divide, div dword ptr [zero]
        from_ring_3 load-ss-ring-0, mov ss, word ptr [selector]
        from_ring_3 load-ds-ring-0, mov ds, word ptr [selector]
        from_ring_3 push-from-non-canonical, push qword ptr [rcx]
        .section .rodata
zero:   .long   0
selector: .long DATA0
        .text
case int3-dpl-3
        gate    3, 0xee
        in_ring_3
at;     int3
case int-dpl-3
        gate    0x80, 0xee
        in_ring_3
at;     int     0x80
case int-dpl-3-trap-gate-if
        gate    0x80, 0xef
        in_ring_3 flags=0x202
at;     int     0x80
case int-dpl-3-interrupt-gate-if
        gate    0x80, 0xee
        in_ring_3 flags=0x202
at;     int     0x80
case int-dpl-1
        gate    0x80, 0xae
        in_ring_3
at;     int     0x80
case int-to-ist
        gate    0x80, 0xee
        gate_ist 0x80, 1
        in_ring_3
at;     int     0x80
case int-to-conforming
        gate    0x80, 0xee
        gate_selector 0x80, CONFORMING
        in_ring_3
at;     int     0x80
case int-to-ring-3
        gate    0x80, 0xee
        gate_selector 0x80, CODE3
        in_ring_3
at;     int     0x80
case int-to-ring-1
        gate    0x80, 0xee
        gate_selector 0x80, CODE1
        mov     dword ptr [tss + 12], offset rsp1
        in_ring_3 flags=0x3002
at;     int     0x80
case int-from-ring-1
        gate    0x80, 0xae
        in_ring_3 code=CODE1+1, data=DATA1+1
at;     int     0x80
case compat-int
        gate    0x80, 0xee
        in_ring_3 code=COMPAT3
at;     int     0x80
case compat-into
        gate    4, 0xee
        in_ring_3 code=COMPAT3, flags=0x802
at;     .byte   0xce
case compat-into-dpl-0
        in_ring_3 code=COMPAT3, flags=0x802
at;     .byte   0xce
case compat-bound
        push    2
        push    0
        pop     [zeros]
        pop     [zeros + 8]
        in_ring_3 code=COMPAT3
        .code32
at;     bound   eax, cs:[zeros]
        .code64
        .data
        .balign 8
zeros:  .quad   0, 0
        .text
case popf-changes-neither-if-nor-iopl
        in_ring_3
at;     push    0x3202
        popfq
        gate    0x80, 0xee
        int     0x80
case in-iopl-3
        in_ring_3 flags=0x3002
at;     in      al, 0x80
        finish_in_ring_3
case cli-iopl-3
        in_ring_3 flags=0x3202
at;     cli
        finish_in_ring_3
.macro  io_map name, limit, byte=0, instruction:vararg
case \name
        mov     word ptr [gdt + TSS], \limit
        mov     byte ptr [tss + 0x68 + 16], \byte
        mov     byte ptr [tss + 0x68 + 17], 0xff
        mov     byte ptr [gdt + TSS + 5], 0x89
        mov     eax, TSS
        ltr     ax
        in_ring_3
at;     \instruction
        finish_in_ring_3
.endm
        io_map  io-map-allows, 0x2068, 0, in al, 0x80
        io_map  io-map-denies, 0x2068, 1, in al, 0x80
        io_map  io-map-denies-second-byte, 0x2068, 2, in ax, 0x80
        io_map  io-map-allows-byte-denies-word, 0x2068, 0x80, in ax, 0x86
        io_map  io-map-ends-before, 0x77, 0, in al, 0x80
        io_map  io-map-ends-behind-its-byte, 0x78, 0, in al, 0x80
case rdtsc-tsd
        mov     rax, cr4
        bts     rax, 2
        mov     cr4, rax
        in_ring_3
at;     rdtsc
        // System calls.
.macro  allow_syscall target=finished
        mov     ecx, 0xc0000081                 // STAR: SYSCALL to 0x08, SYSRET to 0x0b, 0x1b
        mov     edx, 0x00080008
        mov     eax, 0
        wrmsr
        mov     ecx, 0xc0000082                 // LSTAR
        mov     edx, 0
        mov     eax, offset \target
        wrmsr
        mov     ecx, 0xc0000084                 // FMASK: IF, DF
        mov     eax, 0x600
        wrmsr
        mov     ecx, 0xc0000080
        rdmsr
        or      eax, 1
        wrmsr
.endm
case syscall-not-enabled
        in_ring_3
at;     syscall
case sysret-not-enabled
at;     sysretq
case syscall
        allow_syscall
        in_ring_3 flags=0x602
at;     syscall
case sysret
        allow_syscall
        push    0x3202
        pop     r11
        mov     ecx, offset sysret_target
at;     sysretq
sysret_target:
        finish_in_ring_3
case sysret-32
        allow_syscall
        push    0x3202
        pop     r11
        mov     ecx, offset sysret_32_target
at;     sysret
sysret_32_target:
        finish_in_ring_3
case sysret-non-canonical
        allow_syscall
        push    2
        pop     r11
        mov     rcx, 0x800000000000
at;     sysretq
case sysenter-not-set-up
        in_ring_3
at;     sysenter
case sysenter
        mov     edx, 0
        mov     ecx, 0x174
        mov     eax, CODE
        wrmsr
        mov     ecx, 0x175
        mov     eax, offset rsp1
        wrmsr
        mov     ecx, 0x176
        mov     eax, offset finished
        wrmsr
        mov     eax, 0
        in_ring_3 flags=0x202
at;     sysenter
case sysexit-not-set-up
at;     sysexit
case sysexit-in-ring-3
        in_ring_3
at;     sysexit
        jmp     finished
