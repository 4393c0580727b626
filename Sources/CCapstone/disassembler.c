// SPDX-License-Identifier: GPL-2.0-or-later
#include "include/CCapstone.h"
#include <capstone/capstone.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct disassembler {
  void *library;
  csh handle;
  cs_insn *instruction;
  cs_err (*close)(csh *handle);
  void (*free)(cs_insn *instruction, size_t count);
  bool (*next)(csh handle, const uint8_t **code, size_t *size, uint64_t *address, cs_insn *instruction);
};

static bool find(disassembler *d, int bits) {
  cs_err (*open)(cs_arch arch, cs_mode mode, csh *handle) = dlsym(d->library, "cs_open");
  cs_insn *(*allocate)(csh handle) = dlsym(d->library, "cs_malloc");
  d->close = dlsym(d->library, "cs_close");
  d->free = dlsym(d->library, "cs_free");
  d->next = dlsym(d->library, "cs_disasm_iter");
  if (!open || !allocate || !d->close || !d->free || !d->next)
    return false;
  cs_mode mode = bits == 64 ? CS_MODE_64 : bits == 32 ? CS_MODE_32 : CS_MODE_16;
  if (open(CS_ARCH_X86, mode, &d->handle) != CS_ERR_OK)
    return false;
  d->instruction = allocate(d->handle);
  return d->instruction != NULL;
}

disassembler *disassembler_open(int bits) {
  disassembler *d = calloc(1, sizeof *d);
  if (d && (d->library = dlopen("libcapstone.so.4", RTLD_NOW | RTLD_LOCAL)) && find(d, bits))
    return d;
  if (d)
    disassembler_close(d);
  return NULL;
}

void disassembler_close(disassembler *d) {
  if (d->instruction)
    d->free(d->instruction, 1);
  if (d->handle)
    d->close(&d->handle);
  if (d->library)
    dlclose(d->library);
  free(d);
}

size_t disassembler_text(const disassembler *d, const uint8_t *bytes, size_t count, uint64_t address, char *text,
                         size_t room) {
  const uint8_t *code = bytes;
  if (!d->next(d->handle, &code, &count, &address, d->instruction))
    return 0;
  const char *operands = d->instruction->op_str;
  snprintf(text, room, "%s%s%s", d->instruction->mnemonic, *operands ? " " : "", operands);
  return d->instruction->size;
}
