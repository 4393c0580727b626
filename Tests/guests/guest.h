/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What the boot-protocol guests share: a header, an end, and a way through the boot information.
 *
 * MULTIBOOT is 1 or 2. Code is 32-bit whatever the object format: both protocols enter the kernel
 * in 32-bit protected mode. A guest ends by writing to port 0xF4: PASS, or the number of the check
 * that failed. EBX is kept for the boot information throughout. */

#define PASS 0x10

#if MULTIBOOT == 1
#define LOADER_MAGIC 0x2BADB002
#else
#define LOADER_MAGIC 0x36D76289
#endif

/* Ends the run with `value`; port 0xF4 stops the machine, the loop is for machines without it. */
.macro EXIT value
    movb $\value, %al
    outb %al, $0xF4
9:  cli
    hlt
    jmp 9b
.endm

/* Ends the run with `check` if the last comparison says `condition`. */
.macro FAIL_IF condition, check
    j\condition 8f
    jmp 7f
8:  EXIT \check
7:
.endm

/* The header, for kernels that are loaded as ELF. */
.macro HEADER
    .section .multiboot, "a"
#if MULTIBOOT == 1
    .align 4
    .long 0x1BADB002, 0x3, -(0x1BADB002 + 0x3)
#else
    .align 8
header_start:
    .long 0xE85250D6, 0, header_end - header_start
    .long -(0xE85250D6 + (header_end - header_start))
    .word 0, 0
    .long 8
header_end:
#endif
.endm

#if MULTIBOOT == 2
/* ESI = the first tag of this type; ends the run with `check` if there is none. */
.macro FIND_TAG type, check
    leal 8(%ebx), %esi
5:  cmpl $\type, (%esi)
    je 6f
    cmpl $0, (%esi)
    FAIL_IF e, \check
    movl 4(%esi), %eax
    addl $7, %eax
    andl $~7, %eax
    addl %eax, %esi
    jmp 5b
6:
.endm
#else
/* Ends the run with `check` if this bit of the information's flags is clear. */
.macro NEED_FLAG bit, check
    testl $(1 << \bit), (%ebx)
    FAIL_IF z, \check
.endm
#endif
