/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: modules come in the order given, on page boundaries, with their strings and all their
   bytes. Run with two modules: the bytes 0, 1, ... 255 repeated to 5000 bytes with the string
   "first one", and the four bytes "last" with an empty string. */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
#if MULTIBOOT == 1
    NEED_FLAG 3, 1
    cmpl $2, 20(%ebx)
    FAIL_IF ne, 2
    movl 24(%ebx), %esi             /* EBP = string, EDX = start, ECX = end of the first */
    movl 8(%esi), %ebp
    movl 0(%esi), %edx
    movl 4(%esi), %ecx
    movl 16(%esi), %eax             /* and kept for later: the second */
    movl %eax, second
    movl 20(%esi), %eax
    movl %eax, second + 4
    movl 24(%esi), %eax
    movl %eax, second + 8
#else
    FIND_TAG 3, 1
    leal 16(%esi), %ebp
    movl 8(%esi), %edx
    movl 12(%esi), %ecx
    movl 4(%esi), %eax
    addl $7, %eax
    andl $~7, %eax
    addl %eax, %esi
    cmpl $3, (%esi)
    FAIL_IF ne, 2
    movl 8(%esi), %eax
    movl %eax, second
    movl 12(%esi), %eax
    movl %eax, second + 4
    leal 16(%esi), %eax
    movl %eax, second + 8
#endif
    testl $0xFFF, %edx
    FAIL_IF nz, 3
    subl %edx, %ecx
    cmpl $5000, %ecx
    FAIL_IF ne, 4
    xorl %eax, %eax
1:  cmpb %al, (%edx)
    FAIL_IF ne, 5
    incl %eax
    incl %edx
    decl %ecx
    jnz 1b
    movl %ebp, %esi
    movl $string, %edi
    movl $(string_end - string), %ecx
    cld
    repe cmpsb
    FAIL_IF ne, 6

    movl second, %edx
    testl $0xFFF, %edx
    FAIL_IF nz, 7
    movl second + 4, %ecx
    subl %edx, %ecx
    cmpl $4, %ecx
    FAIL_IF ne, 8
    cmpl $0x7473616C, (%edx)        /* "last" */
    FAIL_IF ne, 9
    movl second + 8, %esi
    cmpb $0, (%esi)
    FAIL_IF ne, 10
    EXIT PASS

    .data
string:
    .asciz "first one"
string_end:
    .align 4
second:
    .long 0, 0, 0                   /* start, end, string */
