// SPDX-License-Identifier: GPL-2.0-or-later
//
// Instructions as text, by Capstone. The library is looked for when the first disassembler is opened, and not before: what
// needs none does not load it.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct disassembler disassembler;

// For code of 16, 32 or 64 bits. NULL without the library, or with one that does not know x86.
disassembler *disassembler_open(int bits);
void disassembler_close(disassembler *d);

// Writes the instruction that begins at `bytes`, in Intel's syntax and ended by a zero byte, and returns its length; 0, and
// nothing is written, if there is none. `room` is at least 1.
size_t disassembler_text(const disassembler *d, const uint8_t *bytes, size_t count, uint64_t address, char *text,
                         size_t room);
