// SPDX-License-Identifier: GPL-2.0-or-later
// The alignment check exception: CR0.AM, EFLAGS.AC and ring 3.
#define IDENTITY 0x87                           // the first GiB is everybody's
#include "long.h"

        .set    AC, 1 << 18
        .set    ODD, NOW + 0x1c1                // eight bytes that nobody uses, from an odd address
        .set    BAD, 0x800000000001

.macro  mask
        mov     rax, cr0
        bts     rax, 18
        mov     cr0, rax
        mov     eax, 0
.endm
.macro  in_ring_3_with_ac
        mask
        in_ring_3 flags=AC|2
.endm
        // An instruction of ring 3, with alignment checking.
.macro  user name, instruction:vararg
case \name
        in_ring_3_with_ac
at;     \instruction
        finish_in_ring_3
.endm
        user    load-2-bytes, mov ax, [ODD]
        user    load-4-bytes, mov eax, [ODD + 1]
        user    load-8-bytes, mov rax, [ODD + 3]
        user    load-8-bytes-aligned, mov rax, [ODD + 7]
        user    load-1-byte, mov al, [ODD]
        user    store-2-bytes, mov [ODD], ax
        user    store-4-bytes, mov [ODD + 1], eax
        user    store-8-bytes, mov [ODD + 3], rax
        user    add-to-memory, add dword ptr [ODD], eax
        user    extend, movzx eax, word ptr [ODD]
        user    exchange, xchg [ODD], eax
        user    add-locked, lock add dword ptr [ODD], eax
        user    exchange-and-add-locked, lock xadd [ODD], eax
        user    set-bit-locked, lock bts dword ptr [ODD], 1
        user    compare-exchange-locked, lock cmpxchg [ODD], ecx
        user    negate-locked, lock neg dword ptr [ODD]
        user    compare-exchange-8-bytes, cmpxchg8b [ODD + 3]
        user    load-float, fld dword ptr [ODD]
        user    load-double, fld qword ptr [ODD + 3]
        user    load-extended, fld tbyte ptr [ODD + 3]
        user    store-integer, fistp dword ptr [ODD]
        user    load-double-sse, movsd xmm0, qword ptr [ODD + 3]
        user    load-float-sse, movss xmm0, dword ptr [ODD]
        user    load-16-bytes-anywhere, movups xmm0, [ODD]
        user    load-16-bytes-anywhere-integers, movdqu xmm0, [ODD]
        user    load-16-bytes-aligned, movaps xmm0, [ODD]
        user    add-16-bytes-aligned, addps xmm0, [ODD + 7]
        user    store-table, sgdt [ODD]
        user    store-table-aligned, sgdt [ODD + 5]
        user    absent-page, mov eax, [0x40000001]
case move-string
        mov     esi, NOW + 0x1c0
        mov     edi, ODD
        in_ring_3_with_ac
at;     movsw
case repeat-string
        mov     esi, ODD
        mov     edi, NOW + 0x1c0
        mov     ecx, 2
        in_ring_3_with_ac
at;     rep movsd
case not-canonical
        in_ring_3_with_ac
        mov     rcx, BAD
at;     mov     eax, [rcx]
case push
        mask
        in_ring_3 flags=AC|2, stack=user-3
at;     push    rax
case call
        mask
        in_ring_3 flags=AC|2, stack=user-3
at;     call    finished
case return
        mask
        in_ring_3 flags=AC|2, stack=user-12
at;     ret
case ac-set-by-popf
        mask
        in_ring_3
        push    AC|2
        popfq
at;     mov     eax, [ODD]
case ac-cleared-by-popf
        in_ring_3_with_ac
        push    2
        popfq
at;     mov     eax, [ODD]
        finish_in_ring_3
case without-am
        in_ring_3 flags=AC|2
at;     mov     eax, [ODD]
        finish_in_ring_3
case without-ac
        mask
        in_ring_3
at;     mov     eax, [ODD]
        finish_in_ring_3
case in-ring-0
        mask
        push    AC|2
        popfq
at;     mov     eax, [ODD]
        push    2
        popfq
        jmp     finished
        // The processor's own pushes are not checked.
case exception-on-odd-stack
        mask
        in_ring_3 flags=AC|2, stack=user-3
at;     ud2
