/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claim: a file without an object format is loaded as the header's addresses say, zeros included.
   The header is not at the file's start, and the file goes on behind what is to be loaded. */
#include "guest.h"
    .text
    .code32
    .globl _start
image:
    .ascii "not the header"
    .align 8
header:
#if MULTIBOOT == 1
    .long 0x1BADB002, 0x10003, -(0x1BADB002 + 0x10003)
    .long header, image, image_end, bss_end, _start
#else
    .long 0xE85250D6, 0, header_end - header
    .long -(0xE85250D6 + (header_end - header))
    .word 2, 0                      /* addresses */
    .long 24
    .long header, image, image_end, bss_end
    .word 3, 0                      /* entry address */
    .long 12
    .long _start
    .align 8
    .word 0, 0
    .long 8
header_end:
#endif
_start:
    cmpl $LOADER_MAGIC, %eax
    FAIL_IF ne, 1
    cmpl $0x20746F6E, image         /* "not " */
    FAIL_IF ne, 2
    movl $image_end, %edi           /* zeros, not what the file has there */
    movl $(bss_end - image_end), %ecx
    xorl %eax, %eax
    cld
    repe scasb
    FAIL_IF ne, 3
    EXIT PASS
    .align 4
image_end:
    .fill 64, 1, 0xCC
    .set bss_end, image_end + 40000
