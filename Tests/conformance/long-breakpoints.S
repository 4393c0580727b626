// SPDX-License-Identifier: GPL-2.0-or-later
// Data breakpoints in 64-bit mode: each length, accesses that overlap one partly, all that an instruction does with
// memory, several conditions in one exception, string instructions.
#include "long.h"
#include "breakpoints.h"

        // Byte by byte along both ends of each length.
.macro  ends name, length, bytes
case \name-before
        breakpoint HERE, ACCESSES, \length
at;     mov     byte ptr [HERE - 1], 1
        nop
case \name-first
        breakpoint HERE, ACCESSES, \length
at;     mov     byte ptr [HERE], 1
        nop
case \name-last
        breakpoint HERE, ACCESSES, \length
at;     mov     cl, [HERE + \bytes - 1]
        nop
case \name-behind
        breakpoint HERE, ACCESSES, \length
at;     mov     cl, [HERE + \bytes]
        nop
        // Four bytes that are not aligned: the last before it, the first in it, the last in it, behind it.
case \name-unaligned-read-before
        breakpoint HERE, ACCESSES, \length
at;     mov     ecx, [HERE - 5]
        nop
case \name-unaligned-read-into
        breakpoint HERE, ACCESSES, \length
at;     mov     ecx, [HERE - 3]
        nop
case \name-unaligned-read-out-of
        breakpoint HERE, ACCESSES, \length
at;     mov     ecx, [HERE + \bytes - 1]
        nop
case \name-unaligned-read-behind
        breakpoint HERE, ACCESSES, \length
at;     mov     ecx, [HERE + \bytes]
        nop
case \name-unaligned-write-before
        breakpoint HERE, WRITES, \length
at;     mov     [HERE - 5], ecx
        nop
case \name-unaligned-write-into
        breakpoint HERE, WRITES, \length
at;     mov     [HERE - 3], ecx
        nop
case \name-unaligned-write-out-of
        breakpoint HERE, WRITES, \length
at;     mov     [HERE + \bytes - 1], ecx
        nop
case \name-unaligned-write-behind
        breakpoint HERE, WRITES, \length
at;     mov     [HERE + \bytes], ecx
        nop
.endm
        ends    byte, LENGTH_1, 1
        ends    word, LENGTH_2, 2
        ends    dword, LENGTH_4, 4
        ends    qword, LENGTH_8, 8
.macro  clear_page_end
        mov     qword ptr [PAGE_END - 8], 0
        mov     qword ptr [PAGE_END], 0
.endm
case across-pages-read-first
        clear_page_end
        breakpoint PAGE_END - 1, ACCESSES, LENGTH_1
at;     mov     ecx, [PAGE_END - 2]
        nop
case across-pages-read-second
        clear_page_end
        breakpoint PAGE_END, ACCESSES, LENGTH_4
at;     mov     ecx, [PAGE_END - 3]
        nop
case across-pages-read-beside
        clear_page_end
        breakpoint PAGE_END + 2, ACCESSES, LENGTH_2
at;     mov     ecx, [PAGE_END - 2]
        nop
case across-pages-write-first
        clear_page_end
        breakpoint PAGE_END - 4, WRITES, LENGTH_4
at;     mov     [PAGE_END - 1], ecx
        nop
case across-pages-write-second
        clear_page_end
        breakpoint PAGE_END, WRITES, LENGTH_2
at;     mov     [PAGE_END - 7], rcx
        nop
case across-pages-write-beside
        clear_page_end
        breakpoint PAGE_END + 4, WRITES, LENGTH_4
at;     mov     [PAGE_END - 2], ecx
        nop

        // What an instruction does with memory.
case write-by-push
        breakpoint boot - 8, WRITES, LENGTH_8
at;     push    rcx
        nop
case write-by-call
        breakpoint boot - 8, WRITES, LENGTH_4
at;     call    write_by_call_target
        nop
write_by_call_target:
        nop
case read-by-ret
        lea     rsp, [boot - 0x100]             // or the handler reads there, too
        mov     qword ptr [rsp], offset read_by_ret_target
        breakpoint boot - 0x100, ACCESSES, LENGTH_8
at;     ret
        nop
read_by_ret_target:
        nop
case read-and-write-by-inc
        breakpoint HERE, WRITES, LENGTH_4
at;     inc     dword ptr [HERE]
        nop
case read-by-cmp-is-no-write
        breakpoint HERE, WRITES, LENGTH_4
at;     cmp     [HERE], ecx
        nop
case locked
        breakpoint HERE, WRITES, LENGTH_4
at;     lock or dword ptr [HERE], 0
        nop
case sixteen-bytes
        breakpoint HERE + 8, WRITES, LENGTH_1
at;     movups  [HERE], xmm0
        nop
case read-by-fetch-is-no-access
        breakpoint read_by_fetch, ACCESSES, LENGTH_1
at
read_by_fetch:
        nop
case by-descriptor-load
        breakpoint gdt + DATA3, ACCESSES, LENGTH_4
        mov     ecx, DATA3
at;     mov     es, ecx
        nop
case fault-behind-a-read
        breakpoint HERE, ACCESSES, LENGTH_8
        mov     rsp, ABSENT
        gate_ist 14, 1
        gate_ist 1, 1
at;     push    qword ptr [HERE]

        // Several conditions.
case source-and-destination
        address 0, HERE
        address 1, NOW + 0x1d8
        control ACCESSES, LENGTH_1, WRITES, LENGTH_8
        mov     esi, HERE
        mov     edi, NOW + 0x1d8
at;     movsb
        nop
case twice-the-same
        address 0, HERE
        address 1, HERE
        control WRITES, LENGTH_1, ACCESSES, LENGTH_8
at;     mov     byte ptr [HERE], 1
        nop
case enabled-locally
        address 0, HERE
        control WRITES, LENGTH_1, enabled=LOCAL
at;     mov     byte ptr [HERE], 1
        nop
case exact-flags-mean-nothing
        address 0, HERE
        control WRITES, LENGTH_1, enabled=0x300
at;     mov     byte ptr [HERE], 1
        nop
case write-and-step
        breakpoint HERE, WRITES, LENGTH_1
        push    0x102
        popfq
at;     mov     byte ptr [HERE], 1
        nop
case flags-of-breakpoints-are-those-of-the-last, 2
        address 0, HERE
        address 1, HERE + 1
        control WRITES, LENGTH_1, WRITES, LENGTH_1
at;     mov     byte ptr [HERE], 1
        mov     byte ptr [HERE + 1], 1
        nop

        // What a delivery pushes; the trap comes in front of the handler's first instruction.
.macro  handler vector, place
        lea     rax, [\place]
        mov     [idt + \vector * 16], ax        // in the same 64 KiB
.endm
case frame-of-exception
        handler 3, 1f
        breakpoint boot - 8, WRITES, LENGTH_8
at;     int3
1:      jmp     finished
case frame-read-or-written
        handler 6, 1f
        breakpoint boot - 0x28, ACCESSES, LENGTH_1
at;     ud2
1:      jmp     finished
case frame-of-interrupt
        handler 0x80, 1f
        breakpoint boot - 0x10, WRITES, LENGTH_4
at;     int     0x80
1:      jmp     finished
case frame-not-reached
        handler 3, 1f
        breakpoint boot - 0x29, WRITES, LENGTH_1
at;     int3
1:      jmp     finished
        // String instructions: a trap in the middle pushes RF.
case rep-movs-in-the-middle
        breakpoint HERE + 1, WRITES, LENGTH_1
        mov     esi, NOW + 0x1e0
        mov     edi, HERE
        mov     ecx, 3
at;     rep movsb
        nop
case rep-movs-at-the-end
        breakpoint HERE + 2, WRITES, LENGTH_1
        mov     esi, NOW + 0x1e0
        mov     edi, HERE
        mov     ecx, 3
at;     rep movsb
        nop
case rep-stos-each, 3
        breakpoint HERE, WRITES, LENGTH_4
        mov     edi, HERE
        mov     ecx, 3
at;     rep stosb
        nop
case repe-cmps-ends-early
        mov     byte ptr [HERE + 1], 7
        breakpoint HERE + 1, ACCESSES, LENGTH_1
        mov     esi, NOW + 0x1e0
        mov     edi, HERE
        mov     ecx, 3
at;     repe cmpsb
        nop
        jmp     finished
