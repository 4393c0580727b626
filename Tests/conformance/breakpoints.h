// SPDX-License-Identifier: GPL-2.0-or-later
// The debug registers for cases in any mode: DR0 to DR3 are places, DR7 says what each is about.

        .set    HERE, NOW + 0x1c8               // eight bytes that nobody uses, aligned
        .set    PAGE_END, 0x9000                // between two pages that nobody uses
        .set    ABSENT, 0x40000000              // beyond what is mapped
        .set    PORT, 0x80
        // DR7: enable DR0 to DR3; what each is about; how long it is.
        .set    EXECUTION, 0
        .set    WRITES, 1
        .set    PORTS, 2
        .set    ACCESSES, 3
        .set    LENGTH_1, 0
        .set    LENGTH_2, 1
        .set    LENGTH_4, 3
        .set    LENGTH_8, 2
        .set    GLOBAL, 2
        .set    LOCAL, 1
.macro  address number, place
        mov     eax, offset \place
        mov     dr\number, rax
.endm
.macro  control first, length=0, second=0, second_length=0, enabled=GLOBAL | GLOBAL << 2
        mov     eax, 0x400 | (\enabled) | \first << 16 | \length << 18 | \second << 20 | \second_length << 22
        mov     dr7, rax
        mov     eax, 0
.endm
.macro  breakpoint place, about=EXECUTION, length=LENGTH_1
        address 0, \place
        control \about, \length, enabled=GLOBAL
.endm
.macro  debugging_extensions
        mov     rax, cr4
        or      eax, 1 << 3                     // DE
        mov     cr4, rax
.endm
        // Has the handler return with RF set.
.macro  handler_sets_resume
        lea     rax, [set_resume]
        mov     [hook], rax
.endm
