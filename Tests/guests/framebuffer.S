/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the boot information describes VGA text, 80 by 25, and a cell written there is one. */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
#if MULTIBOOT == 1
    NEED_FLAG 12, 1
    leal 88(%ebx), %esi
#else
    FIND_TAG 8, 1
    addl $8, %esi
#endif
    cmpl $0xB8000, 0(%esi)
    FAIL_IF ne, 2
    cmpl $0, 4(%esi)
    FAIL_IF ne, 3
    cmpl $160, 8(%esi)              /* pitch */
    FAIL_IF ne, 4
    cmpl $80, 12(%esi)
    FAIL_IF ne, 5
    cmpl $25, 16(%esi)
    FAIL_IF ne, 6
    cmpw $0x0210, 20(%esi)          /* 16 bits, type 2 */
    FAIL_IF ne, 7
    movl 0(%esi), %edi
    movl $0x2F4B2F4F, (%edi)        /* "OK", white on green */
    EXIT PASS
