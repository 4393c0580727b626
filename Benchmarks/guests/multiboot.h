// SPDX-License-Identifier: GPL-2.0-or-later
// The header that boot loaders look for (Multiboot Specification 0.6.96 §3.1.1), with no demands.
        .set    MAGIC, 0x1BADB002
        .set    FLAGS, 0

        .section .multiboot, "a"
        .balign 4
        .long   MAGIC, FLAGS, -(MAGIC + FLAGS)
