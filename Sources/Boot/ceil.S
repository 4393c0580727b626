// SPDX-License-Identifier: GPL-2.0-or-later
//
// double ceil(double), which Swift calls when a dictionary or set grows.
#ifndef __linux__

// Without SSE the argument is on the stack, and the result in st(0) (as in the i386 ABI), which C
// compiled without floating point cannot do.
.set CONTROL_ROUNDING, 3 << 10                  // x87 control word: RC
.set CONTROL_ROUND_UP, 2 << 10

.text
.code64
.global ceil
.type ceil, @function
ceil:
        fldl    8(%rsp)
        subq    $8, %rsp
        fnstcw  4(%rsp)
        movw    4(%rsp), %ax
        andw    $~CONTROL_ROUNDING, %ax
        orw     $CONTROL_ROUND_UP, %ax
        movw    %ax, (%rsp)
        fldcw   (%rsp)
        frndint
        fldcw   4(%rsp)
        addq    $8, %rsp
        ret
.size ceil, . - ceil

#else
.section .note.GNU-stack, "", @progbits
#endif
