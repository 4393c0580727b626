/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the memory map and the basic memory fields describe a PC with 128 MiB. What follows the
   listed regions is not looked at: QEMU adds one for a hole of AMD processors. */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
#if MULTIBOOT == 1
    NEED_FLAG 0, 1
    NEED_FLAG 6, 2
    movl 4(%ebx), %ecx
    movl 8(%ebx), %edx
    movl 48(%ebx), %esi             /* the region's address field */
    addl $4, %esi
    movl 44(%ebx), %edi
    leal -4(%esi, %edi), %edi       /* the map's end */
#else
    FIND_TAG 4, 1
    movl 8(%esi), %ecx
    movl 12(%esi), %edx
    FIND_TAG 6, 2
    movl 4(%esi), %edi
    addl %esi, %edi
    cmpl $24, 8(%esi)
    FAIL_IF ne, 3
    addl $16, %esi
#endif
    cmpl $639, %ecx
    FAIL_IF ne, 4
    cmpl $(127 * 1024 - 128), %edx
    FAIL_IF ne, 5
    movl $expected, %ebp
1:  cmpl %edi, %esi
    FAIL_IF ae, 6
    movl 0(%ebp), %eax
    cmpl %eax, 0(%esi)              /* address */
    FAIL_IF ne, 7
    movl 4(%ebp), %eax
    cmpl %eax, 8(%esi)              /* length */
    FAIL_IF ne, 8
    movl 8(%ebp), %eax
    cmpl %eax, 16(%esi)             /* kind */
    FAIL_IF ne, 9
    movl 4(%esi), %eax              /* none is above 4 GiB or so long */
    orl 12(%esi), %eax
    FAIL_IF nz, 10
    addl $24, %esi                  /* an entry is 24 bytes in both protocols */
    addl $12, %ebp
    cmpl $expected_end, %ebp
    jb 1b
    EXIT PASS

    .data
expected:
    .long 0x00000000, 0x0009FC00, 1
    .long 0x0009FC00, 0x00000400, 2
    .long 0x000F0000, 0x00010000, 2
    .long 0x00100000, 0x07EE0000, 1
    .long 0x07FE0000, 0x00020000, 2
    .long 0xFFFC0000, 0x00040000, 2
expected_end:
