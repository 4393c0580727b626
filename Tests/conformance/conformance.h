// SPDX-License-Identifier: GPL-2.0-or-later
// What the conformance guests share: the table of cases, the choice of one by its name at the end of
// the command line, and the records of what happened. report.h prints them.
#include "../guests/intel.h"

        // A record, at the same low address in every mode. All fields are 8 bytes.
        .set    NOW, 0x7000                     // the event being recorded
        .set    RECORDS, 0x7200                 // those before it
        .set    RECORD_SIZE, 0x180
        .set    F_VECTOR, 0x00                    // END for a case that ends without an event
        .set    F_ERROR, 0x08
        .set    F_HAS_ERROR, 0x10
        .set    F_RIP, 0x18                       // the frame that was pushed
        .set    F_CS, 0x20
        .set    F_RFLAGS, 0x28
        .set    F_HAS_STACK, 0x30
        .set    F_RSP, 0x38
        .set    F_SS, 0x40
        .set    F_HAS_DATA, 0x48                  // interrupted in virtual-8086 mode
        .set    F_DATA, 0x50                      // ES, DS, FS, GS
        .set    F_CR2, 0x70
        .set    F_DR6, 0x78
        .set    F_IN_CS, 0x80                     // on entry to the handler
        .set    F_IN_RFLAGS, 0x88
        .set    F_IN_RSP, 0x90
        .set    F_IN_SS, 0x98
        .set    REGISTERS, 0xa0                 // RAX, RCX, ... R15, then ES, DS, FS, GS
        .set    F_RAX, REGISTERS
        .set    SEGMENTS, REGISTERS + 16 * 8
        .set    END, 0x100

        // The stacks, 1 KiB each; RSP is printed relative to the top of one.
        .set    STACK_SIZE, 0x400
        .bss
        .balign 4096
stacks: .skip   STACK_SIZE * 7
        .set    boot, stacks + STACK_SIZE
        .set    user, stacks + STACK_SIZE * 2
        .set    rsp0, stacks + STACK_SIZE * 3
        .set    rsp1, stacks + STACK_SIZE * 4
        .set    ist1, stacks + STACK_SIZE * 5
        .set    ist2, stacks + STACK_SIZE * 6
        .set    task, stacks + STACK_SIZE * 7
        .section .rodata
stack_names: .asciz "boot", "user", "rsp0", "rsp1", "ist1", "ist2", "task"

        // The table: name, code, the place `at`, and after how many events to report.
        .set    cases_begun, 0
        .set    cases_marked, 0
.macro  case name, events=1
        .if     cases_begun != cases_marked
        .error  "the case before has no `at`"
        .endif
        .set    cases_begun, cases_begun + 1
        jmp     finished                        // where the case before goes if nothing happens
        .pushsection .names, "a"
88:     .asciz  "\name"
        .popsection
        .pushsection cases, "a"
        .long   88b, 87f, \events
        .popsection
87:
.endm
        // Marks the instruction that the event is about.
.macro  at
        .set    cases_marked, cases_marked + 1
86:     .pushsection cases, "a"
        .long   86b
        .popsection
.endm

        .data
        .balign 8
case_code: .long 0, 0
case_events: .long 0, 0
case_at: .long  0
        // What the case started with: the upper half of the register patterns, and the segments.
wide:   .long   0
segment_pattern: .long 0x10
hook:   .quad   0                               // called before a handler returns
recorded: .quad 0

        .text
        // ESI = command line. Finds the case that its last word names; clears the records.
        .code32
find_case:
        mov     al, 0xff                        // the firmware may have left interrupts on
        out     0x21, al
        out     0xa1, al
        mov     edi, esi
1:      lodsb
        cmp     al, ' '
        jne     2f
        mov     edi, esi
2:      test    al, al
        jnz     1b
        mov     edx, offset __start_cases
3:      cmp     edx, offset __stop_cases
        jae     no_such_case
        mov     esi, [edx]
        mov     ebp, edi
4:      mov     al, [ebp]
        cmp     al, [esi]
        jne     5f
        inc     esi
        inc     ebp
        test    al, al
        jnz     4b
        mov     eax, [edx + 4]
        mov     [case_code], eax
        mov     eax, [edx + 8]
        mov     [case_events], eax
        mov     eax, [edx + 12]
        mov     [case_at], eax
        mov     edi, NOW
        mov     ecx, (RECORDS - NOW + RECORD_SIZE * 4) / 4
        xor     eax, eax
        rep stosd
        ret
5:      add     edx, 16
        jmp     3b
no_such_case:
        leave_with 0x7f
