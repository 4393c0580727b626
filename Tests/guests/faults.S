// SPDX-License-Identifier: GPL-2.0-or-later
// One exception of many, chosen by the number on the command line; each happens at the label `fault_N`.
// The test has the list of what must be seen.
#include "intel.h"
#include "long-mode.h"

        // The pages, and the bits of their entries.
        .set    P, 1
        .set    RW, 2
        .set    US, 4
        .set    NX, 1 << 63
        .set    WINDOW, 0x40000000
        .set    MISSING, WINDOW + 0x0000        // not present
        .set    READ_ONLY, WINDOW + 0x1000
        .set    USER, WINDOW + 0x2000           // read, write, execute by everybody
        .set    NO_EXECUTE, WINDOW + 0x3000
        .set    RESERVED, WINDOW + 0x4000       // bit 45 is beyond the physical address
        .set    SUPERVISOR, WINDOW + 0x5000
        .set    LAST, WINDOW + 0x6000           // the page behind it is missing
        .set    USER_READ_ONLY, WINDOW + 0x8000
        .set    USER_NO_EXECUTE, WINDOW + 0x9000

        .code32
        .globl  _start
_start:  mov     esi, [ebx + 16]                 // command line: two decimal digits
        movzx   eax, byte ptr [esi]
        movzx   edx, byte ptr [esi + 1]
        lea     eax, [eax * 4 + eax]
        lea     eax, [eax * 2 + edx - '0' * 11]
        mov     [chosen], eax
        enter_long_mode in_long_mode
        .code64
in_long_mode:
        mov     ecx, 0xc0000080
        rdmsr
        or      eax, 1 << 11                    // NXE
        wrmsr
        mov     rax, cr0
        or      rax, 1 << 16                    // WP
        mov     cr0, rax
        xor     eax, eax
        mov     ss, eax
        lea     rax, [window_directory + P + RW + US]
        mov     [pdpt + 8], rax
        lea     rax, [window_table + P + RW + US]
        mov     [window_directory], rax
.macro  page address, frame, flags
        mov     rax, \flags
        lea     rcx, [\frame]
        or      rax, rcx
        mov     [window_table + ((\address) >> 12 & 511) * 8], rax
.endm
        page    READ_ONLY, frame, P
        page    USER, user_code, P|RW|US
        page    NO_EXECUTE, frame, P|RW|NX
        page    RESERVED, frame, P|RW|1<<45
        page    SUPERVISOR, frame, P|RW
        page    LAST, straddler, P|RW
        page    USER_READ_ONLY, frame, P|US
        page    USER_NO_EXECUTE, frame, P|RW|US|NX
        mov     r12d, [chosen]
        jmp     [cases + r12 * 8]

.macro  in_ring_3 offset
        push    0x23
        push    SUPERVISOR                      // RSP
        push    2
        push    0x1b
        mov     eax, offset \offset
        sub     eax, offset user_code
        add     eax, USER
        push    rax
        iretq
.endm

no_such_case:
        leave_with 0x7f
case_1: nop
fault_1: mov    eax, [MISSING + 8]
case_2: nop
fault_2: mov    [MISSING + 8], eax
case_3: mov     eax, MISSING + 16
        jmp     rax
fault_3 = MISSING + 16
case_4: nop
fault_4: mov    [READ_ONLY + 4], eax
case_5: mov     rax, cr0                        // without WP the supervisor may
        btr     rax, 16
        mov     cr0, rax
        mov     [READ_ONLY + 4], eax
        leave_with PASS
case_6: nop
fault_6: mov    eax, [RESERVED]
case_7: mov     eax, NO_EXECUTE
        jmp     rax
case_8: mov     rax, cr4                        // SMEP
        bts     rax, 20
        mov     cr4, rax
        mov     eax, USER
        jmp     rax
case_9: mov     rax, cr4                        // SMAP
        bts     rax, 21
        mov     cr4, rax
fault_9: mov    eax, [USER + 0x800]
case_10: mov    rax, cr4                        // SMAP lifted by AC
        bts     rax, 21
        mov     cr4, rax
        pushfq
        bts     qword ptr [rsp], 18
        popfq
        mov     eax, [USER + 0x800]
        leave_with PASS
case_11: in_ring_3 user_reads_supervisor
case_12: in_ring_3 user_writes_read_only
case_13: in_ring_3 user_writes_missing
case_14: in_ring_3 user_runs_data
case_15: mov    rax, 0x800000000000
fault_15: mov   ecx, [rax]
case_16: int3
fault_16: nop
case_17: nop
fault_17: ud2
case_18: xor    ecx, ecx
fault_18: div   ecx
case_19: int    0x80
fault_19: nop
case_20: in_ring_3 user_halts
case_21: mov    rax, 0x1122334455667788
fault_21: mov   [LAST + 0xffc], rax
case_22: mov    ecx, 0xc0000080                 // bit 63 is reserved without NXE
        rdmsr
        btr     eax, 11
        wrmsr
        invlpg  [NO_EXECUTE]
fault_22: mov   eax, [NO_EXECUTE]
case_23: mov    ecx, 0xc0000080                 // nor does the error code tell a fetch
        rdmsr
        btr     eax, 11
        wrmsr
        mov     rax, cr3
        mov     cr3, rax
        mov     eax, MISSING + 16
        jmp     rax
case_24: mov    eax, LAST + 0xffa               // an instruction that reaches into a missing page
        jmp     rax
case_25: mov    rax, 0x800000000000
        jmp     rax
case_26: mov    eax, 0x1234                     // a selector beyond the GDT
fault_26: mov   ds, eax

        .section .rodata
        .balign 8
cases:  .long   no_such_case, 0
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26
        .long   case_\n, 0
        .endr

        .data
chosen: .long   0
        .balign 4096
frame:  .skip   4096
straddler:
        .skip   0xffa
        nop                                     // 0xffa
        nop
        .byte   0x48, 0xb8, 1, 2                // 0xffc: movabs rax, ... goes on in the next page
        .balign 4096
user_code:
        nop
user_reads_supervisor:
        nop
fault_11: mov   eax, [SUPERVISOR]
user_writes_read_only:
        nop
fault_12: mov   [USER_READ_ONLY], eax
user_writes_missing:
        nop
fault_13: mov   [MISSING], eax
user_runs_data:
        mov     eax, USER_NO_EXECUTE
        jmp     rax
user_halts:
        nop
fault_20: hlt
        .balign 4096
        .bss
        .balign 4096
window_directory: .skip 4096
window_table: .skip 4096
