/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the kernel finds its own section headers, and through them its symbols' names in memory.
   ENTRY_SIZE is that of the ELF class. */
#include "guest.h"
#if ELF == 32
#define ENTRY_SIZE 40
#define ADDRESS 12
#define SIZE 20
#else
#define ENTRY_SIZE 64
#define ADDRESS 16
#define SIZE 32
#endif
    HEADER
    .text
    .code32
    .globl _start
_start:
#if MULTIBOOT == 1
    NEED_FLAG 5, 1
    movl 28(%ebx), %ecx
    movl 32(%ebx), %edx
    movl 36(%ebx), %esi
#else
    FIND_TAG 9, 1
    movl 8(%esi), %ecx
    movl 12(%esi), %edx
    addl $20, %esi
#endif
    cmpl $ENTRY_SIZE, %edx
    FAIL_IF ne, 2
1:  cmpl $2, 4(%esi)                /* the symbol table */
    je 2f
    addl $ENTRY_SIZE, %esi
    loop 1b
    EXIT 3
2:  cmpl $0, ADDRESS(%esi)
    FAIL_IF e, 4
    addl $ENTRY_SIZE, %esi          /* lld puts .shstrtab and .strtab after it */
    addl $ENTRY_SIZE, %esi
    movl ADDRESS(%esi), %edi
    testl %edi, %edi
    FAIL_IF z, 5
    movl SIZE(%esi), %ecx
    movb $'_', %al                  /* "_start" occurs in it */
    cld
3:  repne scasb
    FAIL_IF ne, 6
    cmpl $0x72617473, (%edi)        /* "star" */
    jne 3b
    EXIT PASS
