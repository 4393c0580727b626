/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: a kernel linked high and loaded low is entered at its entry point's physical address. BASE
   is the distance; paging is off, so only addresses less BASE are of use. */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
    movl $(stack_top - BASE), %esp
    call 1f
1:  popl %eax
    cmpl $(1b - BASE), %eax
    FAIL_IF ne, 1
    cmpl $0x600DDA7A, data - BASE
    FAIL_IF ne, 2
    cmpl $0, tail - BASE
    FAIL_IF ne, 3
    EXIT PASS

    .data
data:
    .long 0x600DDA7A

    .bss
    .align 16
tail:
    .skip 256
stack_top:
