/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: the kernel is entered in the machine state of the protocol (multiboot1 §3.2, multiboot2
   §3.3). */
#include "guest.h"
    HEADER
    .text
    .code32
    .globl _start
_start:
    cmpl $LOADER_MAGIC, %eax
    FAIL_IF ne, 1
#if MULTIBOOT == 1
    testl $3, %ebx                  /* boot information is aligned */
#else
    testl $7, %ebx
#endif
    FAIL_IF nz, 2
    movl %cr0, %eax
    testl $1, %eax                  /* PE: protected mode */
    FAIL_IF z, 3
    testl $0x80000000, %eax         /* PG: no paging */
    FAIL_IF nz, 4
    movl $stack_top, %esp
    pushfl
    popl %eax
    testl $0x20200, %eax            /* VM and IF: neither */
    FAIL_IF nz, 5
    movw %cs, %ax
    testw $3, %ax                   /* ring 0 */
    FAIL_IF nz, 6
    /* Data segments reach everything, expand up and are writable; FS and GS too. */
    movl $value, %esi
    movl $0x12345678, %fs:(%esi)
    cmpl $0x12345678, %gs:(%esi)
    FAIL_IF ne, 7
    cmpl $0x12345678, %es:(%esi)
    FAIL_IF ne, 8
    cmpl $0x12345678, %ss:(%esi)
    FAIL_IF ne, 9
    movl 0xFFFFFFF0, %eax           /* the last bytes of 4 GiB */
    /* A20 is on: 1 MiB up is another place. */
    movl $0, value + 0x100000
    cmpl $0x12345678, value
    FAIL_IF ne, 10
    EXIT PASS

    .bss
    .align 16
    .skip 256
stack_top:
value:
    .long 0
