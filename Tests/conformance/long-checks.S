// SPDX-License-Identifier: GPL-2.0-or-later
// What ring 0 may not do in 64-bit mode: addresses that are not canonical, reserved bits, selectors.
#include "long.h"

        .set    BAD, 0x800000000000             // the first address that is not canonical

case load-non-canonical
        mov     rax, BAD
at;     mov     ecx, [rax]
case store-non-canonical
        mov     rax, BAD
at;     mov     [rax], ecx
case push-non-canonical
        mov     rsp, BAD + 0x100
        gate_ist 12, 1
        gate_ist 13, 1
at;     push    [NOW]
case pop-non-canonical
        gate_ist 12, 1
        gate_ist 13, 1
        mov     rsp, BAD
at;     pop     rax
case call-non-canonical-stack
        gate_ist 12, 1
        gate_ist 13, 1
        mov     rsp, BAD + 0x100
at;     call    finished
case load-by-rbp-non-canonical
        mov     rbp, BAD
at;     mov     eax, [rbp]
case jump-non-canonical
        mov     rax, BAD
at;     jmp     rax
case call-non-canonical
        mov     rax, BAD
at;     call    rax
case ret-non-canonical
        mov     rax, BAD
        push    rax
at;     ret
case far-jump-null
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], 0
at;     jmp     fword ptr [far]
case far-jump-to-data
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], DATA0
at;     jmp     fword ptr [far]
case far-jump-absent
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], ABSENT_CODE
at;     jmp     fword ptr [far]
case far-jump-beyond-gdt
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], BEYOND
at;     jmp     fword ptr [far]
case far-jump-both-sizes
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], BOTH_SIZES
at;     jmp     fword ptr [far]
case far-jump-to-ring-3
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], CODE3
at;     jmp     fword ptr [far]
case far-jump-to-tss
        mov     dword ptr [far], offset finished
        mov     word ptr [far + 4], OTHER_TSS
at;     jmp     fword ptr [far]
.macro  load_segment name, register, selector
case \name
        mov     eax, \selector
at;     mov     \register, eax
.endm
        load_segment ds-null, ds, 0
        load_segment ds-beyond-gdt, ds, BEYOND
        load_segment ds-beyond-gdt-rpl-3, ds, BEYOND + 3
        load_segment ds-in-no-ldt, ds, 12
        load_segment ds-absent, ds, ABSENT_DATA + 3
        load_segment ds-tss, ds, OTHER_TSS
        load_segment ds-readable-code, ds, CODE
        load_segment ss-null-ring-0, ss, 0
        load_segment ss-null-rpl-3, ss, 3
        load_segment ss-code, ss, CODE
        load_segment ss-absent, ss, ABSENT_DATA
        load_segment ss-ring-3, ss, DATA3
        load_segment ss-rpl-3, ss, DATA0 + 3
        load_segment ss-read-only, ss, READ_ONLY
        load_segment ss-beyond-gdt, ss, BEYOND
case ss-absent-ring-0
        mov     byte ptr [gdt + DATA1 + 5], 0x13
        mov     eax, DATA1
at;     mov     ss, eax
case ltr-null
        mov     eax, 0
at;     ltr     ax
case ltr-busy
        mov     eax, TSS
at;     ltr     ax
case ltr-absent
        mov     eax, ABSENT_TSS
at;     ltr     ax
case ltr-in-ldt
        mov     eax, 4
at;     ltr     ax
case ltr-upper-half-not-zero
        mov     dword ptr [gdt + OTHER_TSS + 12], 0x1f00
        mov     eax, OTHER_TSS
at;     ltr     ax
case lldt-not-an-ldt
        mov     eax, OTHER_TSS
at;     lldt    ax
case lldt-absent
        mov     byte ptr [ldt_descriptor + 5], 2
        mov     eax, LDT
at;     lldt    ax
case lldt-then-load
        mov     eax, LDT
        lldt    ax
        mov     eax, 12
at;     mov     es, eax
case lldt-then-beyond
        mov     eax, LDT
        lldt    ax
        mov     eax, 0x14
at;     mov     es, eax
        // CR0, CR4, EFER and other registers.
case cr0-pg-without-pe
        mov     eax, 0x80010030
at;     mov     cr0, rax
case cr0-nw-without-cd
        mov     eax, 0xa0010033
at;     mov     cr0, rax
case cr0-upper-half
        mov     rax, cr0
        bts     rax, 32
at;     mov     cr0, rax
case cr3-reserved
        mov     rax, 1 << 52
at;     mov     cr3, rax
case cr4-reserved
        mov     rax, cr4
        bts     rax, 15
at;     mov     cr4, rax
case cr4-pae-needed
        mov     rax, cr4
        btr     rax, 5
at;     mov     cr4, rax
case cr4-feature-absent
        mov     rax, cr4
        bts     rax, 17                         // PCIDE
at;     mov     cr4, rax
case cr1
at;     .byte   0x0f, 0x20, 0xc8                // mov rax, cr1
case dr4-with-de
        mov     rax, cr4
        bts     rax, 3
        mov     cr4, rax
at;     .byte   0x0f, 0x21, 0xe0                // mov rax, dr4
case dr7-upper-half
        mov     eax, 0x400
        bts     rax, 32
at;     mov     dr7, rax
.macro  write_msr name, register, low, high
case \name
        mov     ecx, \register
        mov     eax, \low
        mov     edx, \high
at;     wrmsr
.endm
        write_msr wrmsr-unknown, 0x12345678, 0, 0
        write_msr wrmsr-efer-reserved, 0xc0000080, 0xf00, 0
        write_msr wrmsr-efer-lme-with-paging, 0xc0000080, 0x800, 0
        write_msr wrmsr-fs-base-non-canonical, 0xc0000100, 0, 0x8000
        write_msr wrmsr-kernel-gs-base-non-canonical, 0xc0000102, 0, 0x8000
        write_msr wrmsr-lstar-non-canonical, 0xc0000082, 0, 0x8000
        write_msr wrmsr-sysenter-eip-non-canonical, 0x176, 0, 0x8000
        write_msr wrmsr-pat-reserved-type, 0x277, 2, 0
case rdmsr-unknown
        mov     ecx, 0x12345678
at;     rdmsr
case lgdt-non-canonical
        mov     dword ptr [far + 6], 0x8000
at;     lgdt    [far]
case lidt-non-canonical
        mov     dword ptr [far + 6], 0x8000
at;     lidt    [far]
case cmpxchg16b-misaligned
at;     cmpxchg16b [NOW + 8]
case cmpxchg16b-keeps-flags
        mov     edx, 0
        cmp     eax, 1
        cmpxchg16b [NOW]
at;     int3
        // setbe [NOW], with a prefix that is for AVX's instructions.
case vex-in-front-of-setcc
at;     .byte   0xc5, 0xf8, 0x96, 0x04, 0x25, 0x00, 0x70, 0x00, 0x00
case vex-of-three-bytes
at;     .byte   0xc4, 0xe1, 0x78, 0x96, 0x04, 0x25, 0x00, 0x70, 0x00, 0x00
case fxsave-misaligned
at;     fxsave  [NOW + 8]
case wrfsbase-non-canonical
        mov     rax, cr4
        bts     rax, 16
        mov     cr4, rax
        mov     rax, BAD
at;     wrfsbase rax
case wrfsbase-without-enable
at;     wrfsbase rax
case ldmxcsr-reserved
        mov     dword ptr [NOW], 0x10000
at;     ldmxcsr [NOW]
case clac-without-cr4-smap
at;     clac
        jmp     finished
