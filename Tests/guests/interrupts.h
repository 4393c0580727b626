/* SPDX-License-Identifier: GPL-2.0-or-later */

/* An IDT and remapped interrupt controllers, for guests in long mode. Uses RAX, RDI and RDX. */

.macro gate vector, handler, dpl=0
    lea     rdi, [idt + \vector * 16]
    lea     eax, [\handler]
    mov     [rdi], ax
    mov     word ptr [rdi + 2], 8
    mov     word ptr [rdi + 4], 0x8e00 | \dpl << 13
    shr     eax, 16
    mov     [rdi + 6], ax
.endm

.macro port_out port, value
    mov     al, \value
    out     \port, al
.endm

/* IRQ 0...15 at vectors 32...47, all masked but for those of `mask` that are 0. */
.macro remap_interrupts mask
    port_out 0x20, 0x11
    port_out 0xa0, 0x11
    port_out 0x21, 32
    port_out 0xa1, 40
    port_out 0x21, 4
    port_out 0xa1, 2
    port_out 0x21, 1
    port_out 0xa1, 1
    port_out 0x21, \mask
    port_out 0xa1, 0xff
.endm

/* The timer's channel 0 as a rate generator with this divisor of 1193182 Hz. */
.macro timer_rate divisor
    port_out 0x43, 0x34
    port_out 0x40, (\divisor) & 255
    port_out 0x40, (\divisor) >> 8
.endm

    .data
idt_pointer:
    .word   256 * 16 - 1
    .long   idt, 0
    .bss
    .balign 16
idt: .skip  256 * 16
    .text
