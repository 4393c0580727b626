/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the command line is what was appended, without the kernel's name, and a zero byte ends it.
   Run with --append "alpha beta=1". */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
#if MULTIBOOT == 1
    NEED_FLAG 2, 1
    movl 16(%ebx), %esi
#else
    FIND_TAG 1, 1
    cmpl $(8 + expected_end - expected), 4(%esi)
    FAIL_IF ne, 2
    addl $8, %esi
#endif
    movl $expected, %edi
    movl $(expected_end - expected), %ecx
    cld
    repe cmpsb
    FAIL_IF ne, 3
    EXIT PASS

    .data
expected:
    .asciz "alpha beta=1"
expected_end:
