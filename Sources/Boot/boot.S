// SPDX-License-Identifier: GPL-2.0-or-later
//
// From the boot loader to Swift: 32-bit protected mode without paging in, 64-bit mode out.
// images/long-mode takes the same steps on their own, with something to see after each.
#ifndef __linux__

// ---- multiboot2 header --------------------------------------------------------------------------
// Multiboot2 Specification §3.1.1 "The layout of Multiboot2 header": 8-byte aligned, within the
// first 32768 bytes of the file. kernel.ld keeps it and puts it first.

.set HEADER_MAGIC, 0xE85250D6
.set ARCHITECTURE_I386, 0
.set END_TAG, 0

.section .multiboot_header, "a"
.balign 8
header:
        .long   HEADER_MAGIC
        .long   ARCHITECTURE_I386
        .long   header_end - header
        .long   -(HEADER_MAGIC + ARCHITECTURE_I386 + (header_end - header))
        .balign 8
        .short  END_TAG, 0                      // type, flags
        .long   8                               // size
header_end:

// ---- 32-bit entry -------------------------------------------------------------------------------
// Multiboot2 Specification §3.3 "I386 machine state": EAX = magic, EBX = boot information,
// flat segments, paging off, interrupts off, no stack.

.set BOOT_MAGIC, 0x36D76289
.set FLAGS_ID, 1 << 21
.set FLAGS_RESERVED, 1 << 1                     // reads as one, always
.set EXTENDED_LEAVES, 0x80000000
.set EXTENDED_FEATURES, 0x80000001
.set FEATURE_LONG_MODE, 1 << 29                 // CPUID.80000001H:EDX
.set PRESENT_WRITABLE, 0b11
.set PRESENT_WRITABLE_HUGE, 0x83
.set CR4_PAE, 1 << 5
.set MSR_EFER, 0xC0000080
.set EFER_LME, 1 << 8
.set CR0_PG, 1 << 31
.set TEXT_MEMORY, 0xB8000
.set WHITE_ON_RED, 0x4F

.text
.code32
.global start
.type start, @function
start:
        movl    $boot_stack_end, %esp
        movl    %ebx, %edi                      // kept for Swift: CPUID overwrites EBX
        pushl   $FLAGS_RESERVED                 // the protocol leaves the other flags undefined
        popfl
        call    require_multiboot2
        call    require_cpuid
        call    require_long_mode
        call    build_tables
        call    enable_paging
        lgdt    gdt_pointer
        ljmp    $CODE_SELECTOR, $start64
.size start, . - start

// The three checks take the letter of their message along in DL and fail to the same place.
require_multiboot2:
        movb    $'0', %dl
        cmpl    $BOOT_MAGIC, %eax
        jne     fail
        ret

// A processor has CPUID if bit 21 of EFLAGS can be changed
// (Intel SDM Vol. 1 §3.4.3.3 "System Flags and IOPL Field").
require_cpuid:
        movb    $'1', %dl
        pushfl
        popl    %eax
        movl    %eax, %ecx
        xorl    $FLAGS_ID, %eax
        pushl   %eax
        popfl
        pushfl
        popl    %eax
        pushl   %ecx
        popfl
        cmpl    %ecx, %eax
        je      fail
        ret

// Intel SDM Vol. 2A "CPUID", table "Information Returned by CPUID Instruction".
require_long_mode:
        movl    $EXTENDED_LEAVES, %eax
        cpuid
        movb    $'2', %dl
        cmpl    $EXTENDED_FEATURES, %eax
        jb      fail
        movl    $EXTENDED_FEATURES, %eax
        cpuid
        testl   $FEATURE_LONG_MODE, %edx
        movb    $'2', %dl
        jz      fail
        ret

// Shows `ERR: ` and the letter in DL at the upper left, and stops for good.
fail:
        movl    $TEXT_MEMORY, %edi
        movl    $message, %esi
        movb    $WHITE_ON_RED, %ah
1:      lodsb
        testb   %al, %al
        jz      2f
        stosw
        jmp     1b
2:      movb    %dl, %al
        stosw
3:      cli
        hlt
        jmp     3b

// Maps the first GiB onto itself: 512 pages of 2 MiB. The tables come zeroed, as part of .bss
// (Intel SDM Vol. 3A §4.5 "4-Level Paging and 5-Level Paging"). The last entry of p4 points to p4:
// the recursive slot (Sources/Kernel/Paging/Table.swift).
build_tables:
        movl    $p3 + PRESENT_WRITABLE, p4
        movl    $p4 + PRESENT_WRITABLE, p4 + 511 * 8
        movl    $p2 + PRESENT_WRITABLE, p3
        movl    $PRESENT_WRITABLE_HUGE, %eax
        movl    $p2, %ebx
1:      movl    %eax, (%ebx)
        addl    $8, %ebx
        addl    $2 << 20, %eax
        cmpl    $1 << 30, %eax
        jb      1b
        ret

// Intel SDM Vol. 3A §10.8.5 "Initializing IA-32e Mode": PAE, CR3, LME, PG, in this order.
enable_paging:
        movl    %cr4, %eax
        orl     $CR4_PAE, %eax
        movl    %eax, %cr4
        movl    $p4, %eax
        movl    %eax, %cr3
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     $EFER_LME, %eax
        wrmsr
        movl    %cr0, %eax
        orl     $CR0_PG, %eax
        movl    %eax, %cr0
        ret

// ---- 64-bit -------------------------------------------------------------------------------------

.code64
.cfi_sections .debug_frame
.type start64, @function
start64:
        .cfi_startproc
        .cfi_undefined %rip                     // nobody has called it
        xorl    %eax, %eax                      // no selector of the loader's GDT may stay: the
        movw    %ax, %ss                        // next IRETQ would find it stale
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %fs
        movw    %ax, %gs
        xorl    %ebp, %ebp                      // where a backtrace ends
        movl    %edi, %edi                      // clears the upper half: the argument is 64 bits
        movq    $boot_stack_end, %rsp                // 16-byte aligned before the call, as the ABI asks
        call    kernel_main
1:      cli
        hlt
        jmp     1b
        .cfi_endproc
.size start64, . - start64

// ---- data ---------------------------------------------------------------------------------------

.section .rodata.boot, "a"
message:
        .asciz  "ERR: "

// Intel SDM Vol. 3A §3.4.5 "Segment Descriptors". In 64-bit mode the base and limit of a code
// segment are not looked at.
.set ACCESSED, 1 << 40                          // or the processor would write to set it
.set EXECUTABLE, 1 << 43
.set CODE_OR_DATA, 1 << 44
.set SEGMENT_PRESENT, 1 << 47
.set LONG, 1 << 53

.balign 8
gdt:
        .quad   0
gdt_code:
        .quad   ACCESSED | EXECUTABLE | CODE_OR_DATA | SEGMENT_PRESENT | LONG
gdt_end:
.set CODE_SELECTOR, gdt_code - gdt
gdt_pointer:
        .short  gdt_end - gdt - 1
        .quad   gdt

// The stack grows down towards the tables. Without a guard page, which 2 MiB pages cannot give, an
// overflow has to run into something: first come the last entries of p2, which map memory just
// below 1 GiB, where nothing is. When the kernel has tables of its own (Memory.remap), p2 and p3 are
// stack, and the page of boot_p4 is the guard page.
.section .bss.boot, "aw", @nobits
.balign 4096
.global boot_p4, boot_stack_end
boot_p4:
p4:     .skip   4096
p3:     .skip   4096
p2:     .skip   4096
        .skip   64 << 10
boot_stack_end:

#else
.section .note.GNU-stack, "", @progbits
#endif
