// SPDX-License-Identifier: GPL-2.0-or-later
//
// From 32-bit protected mode to 64-bit mode, with something to see after each part: `ERR: ` and a
// digit if a check fails, `OK` with paging on, `OKAY` in 64-bit code.

.set TEXT_MEMORY, 0xB8000
.set WHITE_ON_GREEN, 0x2F
.set WHITE_ON_RED, 0x4F

// ---- multiboot2 header: Multiboot2 Specification §3.1.1 "The layout of Multiboot2 header" -------

.set HEADER_MAGIC, 0xE85250D6
.set ARCHITECTURE_I386, 0
.set END_TAG, 0

.section .multiboot_header, "a"
header:
        .long   HEADER_MAGIC
        .long   ARCHITECTURE_I386
        .long   header_end - header
        .long   -(HEADER_MAGIC + ARCHITECTURE_I386 + (header_end - header))
        .short  END_TAG, 0                      // type, flags
        .long   8                               // size
header_end:

// ---- 32-bit code --------------------------------------------------------------------------------

.text
.code32
.global start
.type start, @function
start:
        movl    $stack_top, %esp
        call    check_multiboot2
        call    check_cpuid
        call    check_long_mode
        call    set_up_page_tables
        call    enable_paging
        movl    $WHITE_ON_GREEN << 24 | 'K' << 16 | WHITE_ON_GREEN << 8 | 'O', TEXT_MEMORY
        lgdt    gdt_pointer
        ljmp    $CODE_SELECTOR, $start64
.size start, . - start

// ERR: 0 - not started by a multiboot2 loader
// (Multiboot2 Specification §3.3 "I386 machine state": EAX).
.set BOOT_MAGIC, 0x36D76289

check_multiboot2:
        cmpl    $BOOT_MAGIC, %eax
        movb    $'0', %al
        jne     error
        ret

// ERR: 1 - no CPUID: bit 21 of EFLAGS cannot be changed
// (Intel SDM Vol. 1 §3.4.3.3 "System Flags and IOPL Field").
.set FLAGS_ID, 1 << 21

check_cpuid:
        pushfl
        popl    %eax
        movl    %eax, %ecx
        xorl    $FLAGS_ID, %eax
        pushl   %eax
        popfl
        pushfl
        popl    %eax
        pushl   %ecx                            // as they were
        popfl
        cmpl    %ecx, %eax
        movb    $'1', %al
        je      error
        ret

// ERR: 2 - no long mode, or no CPUID leaf that could tell
// (Intel SDM Vol. 2A "CPUID", table "Information Returned by CPUID Instruction").
.set EXTENDED_LEAVES, 0x80000000
.set EXTENDED_FEATURES, 0x80000001
.set FEATURE_LONG_MODE, 1 << 29

check_long_mode:
        movl    $EXTENDED_LEAVES, %eax
        cpuid
        cmpl    $EXTENDED_FEATURES, %eax
        movb    $'2', %al
        jb      error
        movl    $EXTENDED_FEATURES, %eax
        cpuid
        testl   $FEATURE_LONG_MODE, %edx
        movb    $'2', %al
        jz      error
        ret

// Shows `ERR: ` and the character in AL, and stops for good.
error:
        movl    $WHITE_ON_RED << 24 | 'R' << 16 | WHITE_ON_RED << 8 | 'E', TEXT_MEMORY
        movl    $WHITE_ON_RED << 24 | ':' << 16 | WHITE_ON_RED << 8 | 'R', TEXT_MEMORY + 4
        movw    $WHITE_ON_RED << 8 | ' ', TEXT_MEMORY + 8
        movb    $WHITE_ON_RED, %ah
        movw    %ax, TEXT_MEMORY + 10
1:      cli
        hlt
        jmp     1b

// Maps the first GiB onto itself
// (Intel SDM Vol. 3A §4.5 "4-Level Paging and 5-Level Paging"):
//
//      p4[0] -> p3[0] -> p2[0...511], 2 MiB each
//
.set PRESENT_WRITABLE, 0b11
.set PRESENT_WRITABLE_HUGE, 0x83

set_up_page_tables:
        movl    $p3 + PRESENT_WRITABLE, p4
        movl    $p2 + PRESENT_WRITABLE, p3
        xorl    %ecx, %ecx
1:      movl    %ecx, %eax
        shll    $21, %eax                       // page number to address
        orl     $PRESENT_WRITABLE_HUGE, %eax
        movl    %eax, p2(, %ecx, 8)
        incl    %ecx
        cmpl    $512, %ecx
        jne     1b
        ret

// Intel SDM Vol. 3A §10.8.5 "Initializing IA-32e Mode": paging is off; PAE, CR3, LME, then PG.
.set CR4_PAE, 1 << 5
.set MSR_EFER, 0xC0000080
.set EFER_LME, 1 << 8
.set CR0_PG, 1 << 31

enable_paging:
        movl    $p4, %eax
        movl    %eax, %cr3
        movl    %cr4, %eax
        orl     $CR4_PAE, %eax
        movl    %eax, %cr4
        movl    $MSR_EFER, %ecx
        rdmsr
        orl     $EFER_LME, %eax
        wrmsr
        movl    %cr0, %eax
        orl     $CR0_PG, %eax
        movl    %eax, %cr0
        ret

// ---- 64-bit code --------------------------------------------------------------------------------

.code64
start64:
        xorl    %eax, %eax
        movw    %ax, %ss
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %fs
        movw    %ax, %gs
        movabsq $0x2F592F412F4B2F4F, %rax       // Y A K O, each white on green
        movq    %rax, TEXT_MEMORY
1:      cli
        hlt
        jmp     1b

// ---- data ---------------------------------------------------------------------------------------

// Intel SDM Vol. 3A §3.4.5 "Segment Descriptors"; base and limit count for nothing in 64-bit mode.
.set EXECUTABLE, 1 << 43
.set CODE_OR_DATA, 1 << 44
.set SEGMENT_PRESENT, 1 << 47
.set LONG, 1 << 53

.section .rodata, "a"
.balign 8
gdt:
        .quad   0
gdt_code:
        .quad   EXECUTABLE | CODE_OR_DATA | SEGMENT_PRESENT | LONG
gdt_end:
.set CODE_SELECTOR, gdt_code - gdt
gdt_pointer:
        .short  gdt_end - gdt - 1
        .quad   gdt

// Four calls deep is all the stack there is. The tables lie above it: an overflow would run out of
// .bss and never into them.
.section .bss
.balign 16
        .skip   64
stack_top:
.balign 4096
p4:     .skip   4096
p3:     .skip   4096
p2:     .skip   4096
