/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the part of a segment that the file does not hold is zero, to its last byte, and what the
   file holds is there. */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
    cmpl $0x600DDA7A, data
    FAIL_IF ne, 1
    movl $tail, %edi
    movl $(tail_end - tail), %ecx
    xorl %eax, %eax
    cld
    repe scasb
    FAIL_IF ne, 2
    EXIT PASS

    .data
data:
    .long 0x600DDA7A

    .bss
tail:
    .skip 70001
tail_end:
