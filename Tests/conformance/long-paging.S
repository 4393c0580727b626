// SPDX-License-Identifier: GPL-2.0-or-later
// Page faults in 64-bit mode: every bit of the error code, every level, every right.
#define IDENTITY 0x83                           // the first GiB is the supervisor's
#include "long.h"

        .set    P, 1
        .set    RW, 2
        .set    US, 4
        .set    PS, 0x80
        .set    NX, 1 << 63
        .set    WINDOW, 0x40000000
        .set    USER, WINDOW + 0x1000           // code and data for everybody
        .set    STACK, WINDOW + 0x3000          // the user's stack ends here
        .set    PAGE, WINDOW + 0x4000           // what the case makes of it
        .set    LARGE, WINDOW + 0x200000
        .set    NEXT, WINDOW + 0x5000           // missing

        .bss
        .balign 4096
window_directory: .skip 4096
window_table: .skip 4096
frame:  .skip   4096
        .text

.macro  entry place, value
        mov     rax, \value
        mov     [\place], rax
.endm
        // PAGE, with these flags, for a case in ring 0.
.macro  paging flags, upper=P|RW|US
        mov     dword ptr [pdpt + 8], offset window_directory + P + RW + US
        mov     dword ptr [window_directory], offset window_table + \upper
        mov     dword ptr [window_table + 8], offset user_image + P + US
        mov     dword ptr [window_table + 16], offset frame + P + RW + US
        mov     rax, \flags
        lea     rcx, [frame]
        or      rax, rcx
        mov     [window_table + 32], rax
        mov     eax, 0
        mov     ecx, 0
        push    2
        popfq
.endm
.macro  user_paging flags, upper=P|RW|US
        paging  "\flags", "\upper"
        push    DATA3
        push    STACK
        push    2
        push    CODE3
        push    offset user_\@
        iretq
        .pushsection .user, "ax"
user_\@:
.endm
.macro  set_cr4 bit
        mov     rax, cr4
        bts     rax, \bit
        mov     cr4, rax
        mov     eax, 0
        push    2
        popfq
.endm
.macro  run_page
        mov     ebx, PAGE
        jmp     rbx
.endm
.macro  without_wp
        mov     rax, cr0
        btr     rax, 16
        mov     cr0, rax
        mov     eax, 0
        push    2
        popfq
.endm
.macro  without_nxe
        mov     ecx, 0xc0000080
        rdmsr
        btr     eax, 11
        wrmsr
        mov     rax, cr3
        mov     cr3, rax
        mov     eax, 0
        mov     ecx, 0
        mov     edx, 0
        push    2
        popfq
.endm

.macro  ring_0 name, flags, instruction:vararg
case \name
        paging  "\flags"
at;     \instruction
.endm
        ring_0  absent-read, 0, mov ebx, [PAGE + 8]
        ring_0  absent-write, 0, mov [PAGE + 8], ebx
        ring_0  absent-other-bits-ignored, 1 << 45 | NX, mov ebx, [PAGE]
        ring_0  read-only-write, P, mov [PAGE], ebx
        ring_0  read-only-read, P, mov ebx, [PAGE]
        ring_0  reserved-bit-read, P|RW|1 << 45, mov ebx, [PAGE]
        ring_0  reserved-bit-write, P|1 << 45, mov [PAGE], ebx
        ring_0  user-page-read, P|US, mov ebx, [PAGE]
        ring_0  writes-across, P|RW, mov [PAGE + 0xffc], rbx
        ring_0  reads-across, P|RW, mov rbx, [PAGE + 0xffc]
        ring_0  compare-exchange-read-only, P, cmpxchg [PAGE], ecx
        ring_0  push-from-absent, 0, push qword ptr [PAGE]
        ring_0  pop-to-absent, 0, pop qword ptr [PAGE]
        ring_0  call-through-absent, 0, call qword ptr [PAGE]
        // The flags that are pushed are those of the comparison.
.macro  with_flags name, flags, instruction:vararg
case \name
        paging  "\flags"
        mov     ebx, 1
        cmp     ebx, 2
at;     \instruction
.endm
        with_flags set-if-below-or-equal-absent, 0, setbe [PAGE]
        with_flags set-if-parity-absent, 0, setp [PAGE]
        with_flags rotate-through-carry-absent, 0, rcl dword ptr [PAGE], 1
        with_flags rotate-through-carry-read-only, P, rcl dword ptr [PAGE], 1
        with_flags rotate-read-only, P, rol dword ptr [PAGE], 3
        with_flags increment-read-only, P, inc dword ptr [PAGE]
        with_flags shift-read-only, P, shl dword ptr [PAGE], cl
        with_flags add-with-carry-read-only, P, adc dword ptr [PAGE], ebx
        with_flags exchange-and-add-read-only, P, xadd dword ptr [PAGE], ecx
        with_flags bit-test-and-set-read-only, P, bts dword ptr [PAGE], 7
        with_flags compare-exchange-8-bytes-read-only, P, cmpxchg8b [PAGE]
case push-to-absent
        paging  0
        gate_ist 14, 1
        mov     esp, PAGE + 8
at;     push    rbx
case call-to-absent-stack
        paging  0
        gate_ist 14, 1
        mov     esp, PAGE + 8
at;     call    finished
case rep-movs-reaches-absent
        paging  P|RW
        mov     edi, PAGE + 0xff0
        mov     esi, NOW
        mov     ecx, 0x30
        cld
at;     rep movsb
case fetch-absent
        paging  0
        mov     ebx, PAGE + 4
at;     jmp     rbx
case fetch-no-execute
        paging  P|RW|NX
        mov     ebx, PAGE + 4
at;     jmp     rbx
case fetch-absent-without-nxe
        paging  0
        without_nxe
        mov     ebx, PAGE + 4
at;     jmp     rbx
case nx-reserved-without-nxe
        paging  P|RW|NX
        without_nxe
at;     mov     ebx, [PAGE]
case fetch-across
        paging  P|RW
        mov     word ptr [frame + 0xffe], 0xb848
        mov     ebx, PAGE + 0xffe
at;     jmp     rbx
case read-only-write-without-wp
        paging  P
        without_wp
at;     mov     [PAGE], ebx
case smep-fetch
        paging  P|US
        set_cr4 20
        mov     ebx, PAGE
at;     jmp     rbx
case smap-read
        paging  P|US
        set_cr4 21
at;     mov     ebx, [PAGE]
case smap-write
        paging  P|RW|US
        set_cr4 21
at;     mov     [PAGE], ebx
case smap-write-read-only
        paging  P|US
        set_cr4 21
at;     mov     [PAGE], ebx
case smap-ac
        paging  P|US
        set_cr4 21
        stac
at;     mov     ebx, [PAGE]
        clac
        // Levels.
case level-4-absent
        mov     rax, 1 << 39
at;     mov     eax, [rax]
case level-4-reserved
        entry   "pml4 + 8", 0x87
        mov     rax, 1 << 39
at;     mov     ebx, [rax]
case level-3-absent
        paging  P
        mov     qword ptr [pdpt + 8], 0
at;     mov     ebx, [PAGE]
case level-2-absent
        paging  P
at;     mov     ebx, [LARGE]
case level-2-read-only
        paging  P|RW, P
at;     mov     [PAGE], ebx
case level-2-large-read-only
        paging  P
        mov     dword ptr [window_directory + 8], PS|P
at;     mov     [LARGE + 0x123], ebx
case level-2-large-reserved
        paging  P
        mov     dword ptr [window_directory + 8], 0x2000|PS|P
at;     mov     ebx, [LARGE]
case level-3-large-read-only
        mov     dword ptr [pdpt + 16], PS|P
        mov     eax, 0x80000123
at;     mov     [rax], ebx
case level-3-large-reserved
        mov     dword ptr [pdpt + 16], 0x2000|PS|P
        mov     eax, 0x80000123
at;     mov     ebx, [rax]
case level-3-no-execute
        paging  P
        mov     dword ptr [pdpt + 12], 1 << 31
        mov     ebx, PAGE
at;     jmp     rbx
case upper-half-absent
        mov     rax, -0x1000
at;     mov     ebx, [rax]
case accessed-and-dirty
        paging  P|RW
at;     mov     ebx, [PAGE]
        mov     rcx, [window_table + 32]
        mov     [PAGE], rbx
        mov     rdx, [window_table + 32]
        and     ecx, 0xfff
        and     edx, 0xfff
        mov     rsi, [window_directory]
        and     esi, 0xfff
        mov     ebx, 0
        and     ebx, ebx
        // Ring 3.
.macro  ring_3 name, flags, instruction:vararg
case \name
        user_paging "\flags"
at;     \instruction
        int     0x7f
        .popsection
.endm
        .text
        ring_3  user-reads-supervisor, P|RW, mov ebx, [PAGE]
        ring_3  user-writes-supervisor, P|RW, mov [PAGE], ebx
        ring_3  user-reads-absent, 0, mov ebx, [PAGE]
        ring_3  user-writes-absent, 0, mov [PAGE], ebx
        ring_3  user-writes-read-only, P|US, mov [PAGE], ebx
        ring_3  user-reads-reserved, P|US|1 << 45, mov ebx, [PAGE]
        ring_3  user-runs-no-execute, P|US|NX, run_page
        ring_3  user-runs-supervisor, P, run_page
        ring_3  user-runs-absent, 0, run_page
        ring_3  user-writes-allowed, P|RW|US, mov [PAGE], ebx
case user-writes-read-only-without-wp
        without_wp
        user_paging P|US
at;     mov     [PAGE], ebx
        .popsection
case user-upper-level-supervisor
        mov     qword ptr [pml4], offset pdpt + 3
        user_paging P|US
at;     mov     ebx, [PAGE]
        .popsection
case user-pushes-absent
        user_paging 0
        mov     esp, PAGE + 8
at;     push    rbx
        .popsection
        .text
        jmp     finished
