// SPDX-License-Identifier: GPL-2.0-or-later
//
// Before the first guest of a process: proves that the functions of the seam are reached and that layout.h describes
// the library that is installed. A library that differs is refused with a sentence, never run.
#include "seam.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool tested;

bool seam_is_tested(void) { return tested; }

// --- the library's fields lie where layout.h says ----------------------------------------------------------------

static bool same(engine_error *error, const char *what, uint64_t expected, uint64_t found) {
  if (expected == found)
    return true;
  char left[32], right[32];
  snprintf(left, sizeof left, "0x%" PRIx64, expected);
  snprintf(right, sizeof right, "0x%" PRIx64, found);
  return seam_fail(error, left, right, "libunicorn: %s", what);
}

static bool layout_agrees(engine *e, engine_error *error) {
  static const struct {
    int id, offset;
    const char *name;
  } registers[] = {
      {UC_X86_REG_RAX, ENV_REGS, "where RAX lies"}, {UC_X86_REG_R15, ENV_REGS + 8 * 15, "where R15 lies"},
      {UC_X86_REG_RIP, ENV_EIP, "where RIP lies"},  {UC_X86_REG_CR2, ENV_CR2, "where CR2 lies"},
      {UC_X86_REG_CR3, ENV_CR3, "where CR3 lies"},  {UC_X86_REG_CR4, ENV_CR4, "where CR4 lies"},
  };
  for (size_t i = 0; i < sizeof registers / sizeof *registers; i++) {
    uint64_t mark = 0x5a0000 + 0x1000 * i, old = 0;
    uc_reg_read(e->uc, registers[i].id, &old);
    uc_reg_write(e->uc, registers[i].id, &mark);
    uint64_t found = AT64(e->env, registers[i].offset);
    uc_reg_write(e->uc, registers[i].id, &old);
    if (!same(error, registers[i].name, mark, found))
      return false;
  }
  static const struct {
    uint32_t number;
    int offset;
    const char *name;
  } msrs[] = {
      {0x174, ENV_SYSENTER_CS, "where IA32_SYSENTER_CS lies"}, {0x175, ENV_SYSENTER_ESP, "where IA32_SYSENTER_ESP lies"},
      {0x176, ENV_SYSENTER_EIP, "where IA32_SYSENTER_EIP lies"},
      {0xc0000081, ENV_STAR, "where IA32_STAR lies"},
      {0xc0000082, ENV_LSTAR, "where IA32_LSTAR lies"},
      {0xc0000084, ENV_FMASK, "where IA32_FMASK lies"},
      {0xc0000102, ENV_KERNEL_GS_BASE, "where IA32_KERNEL_GS_BASE lies"},
      {0xc0000103, ENV_TSC_AUX, "where IA32_TSC_AUX lies"},
  };
  for (size_t i = 0; i < sizeof msrs / sizeof *msrs; i++) {
    uc_x86_msr mark = {msrs[i].number, 0x5a00 + i}, none = {msrs[i].number, 0};
    uc_reg_write(e->uc, UC_X86_REG_MSR, &mark);
    uint64_t found = AT64(e->env, msrs[i].offset);
    uc_reg_write(e->uc, UC_X86_REG_MSR, &none);
    if (!same(error, msrs[i].name, mark.value, found))
      return false;
  }
  uint16_t control = 0x37e, status = 0x4100, old_control = 0x37f, old_status = 0; // status without TOP, which lies elsewhere
  uc_reg_write(e->uc, UC_X86_REG_FPCW, &control);
  uc_reg_write(e->uc, UC_X86_REG_FPSW, &status);
  if (!same(error, "where the x87 control word lies", control, AT16(e->env, ENV_FPUC)) ||
      !same(error, "where the x87 status word lies", status, AT16(e->env, ENV_FPUS)))
    return false;
  uc_reg_write(e->uc, UC_X86_REG_FPCW, &old_control);
  uc_reg_write(e->uc, UC_X86_REG_FPSW, &old_status);
  uint64_t flags = 0xcd7, read_back = 0; // all arithmetic flags, DF
  uc_reg_write(e->uc, UC_X86_REG_RFLAGS, &flags);
  engine_state state;
  engine_get_state(e, &state);
  if (!same(error, "where RFLAGS lies", flags, state.rflags))
    return false;
  state.rflags = 2 | 0x81;
  engine_set_flow(e, &(engine_flow){state.cs, state.ss, state.gpr[4], state.rip, state.rflags});
  uc_reg_read(e->uc, UC_X86_REG_RFLAGS, &read_back);
  if (!same(error, "RFLAGS as set", state.rflags, read_back))
    return false;
  uc_x86_mmr idtr = {.base = 0x123456789a, .limit = 0xabc};
  uc_reg_write(e->uc, UC_X86_REG_IDTR, &idtr);
  engine_get_state(e, &state);
  return same(error, "where CPUState lies", (uintptr_t)e->env, AT64(e->cs, CPU_ENV_PTR)) &&
         same(error, "where IDTR.base lies", idtr.base, state.idtr.base) &&
         same(error, "where IDTR.limit lies", idtr.limit, state.idtr.limit) &&
         same(error, "EFER after reset", 0x500, state.efer) && same(error, "CR0 after reset", 0x11, state.cr0);
}

// --- a guest that needs each function of the seam ------------------------------------------------------------------

enum { TASK = 0x28 }; // a selector
enum { CODE = 0x1000, MAPPED_TO = 0x3000, TESTED_RAM = 0x4000, ELSEWHERE = 0x10000, DEVICE = 0x20000, MISSING = 0x30000 };

// 32-bit code. The numbers are its instructions as they are counted.
static const uint8_t guest[] = {
    0xa1, 0x00, 0x00, 0x02, 0x00,                               //  1 mov eax, [DEVICE]
    0xa3, 0x00, 0x00, 0x01, 0x00,                               //  2 mov [ELSEWHERE], eax
    0xe6, 0x80,                                                 //  3 out 0x80, al
    0xe4, 0x81,                                                 //  4 in al, 0x81
    0x88, 0xc3,                                                 //  5 mov bl, al
    0x0f, 0x31,                                                 //  6 rdtsc
    0x89, 0xc6,                                                 //  7 mov esi, eax
    0x31, 0xff,                                                 //  8 xor edi, edi
    0xc6, 0x05, CODE % 256 + 29, CODE / 256, 0x00, 0x00, 0x47,  //  9 mov byte [the next instruction], inc edi
    0x90,                                                       // 10 nop, by now inc edi
    0xa3, 0x00, 0x00, 0x03, 0x00,                               //    mov [MISSING], eax
    0xa3, 0x04, 0x00, 0x03, 0x00,                               //    mov [MISSING + 4], eax
    0xb9, 0x80, 0x00, 0x00, 0xc0,                               // 11 mov ecx, EFER
    0xb8, 0x00, 0x08, 0x00, 0x00,                               // 12 mov eax, NXE
    0x31, 0xd2,                                                 // 13 xor edx, edx
    0x0f, 0x30,                                                 // 14 wrmsr
    0x0f, 0xa2,                                                 // 15 cpuid
    0xd9, 0xee,                                                 // 16 fldz
    0xd9, 0xee,                                                 // 17 fldz
    0xde, 0xf9,                                                 // 18 fdivp: an invalid operation
    0xdf, 0xe0,                                                 // 19 fnstsw ax
    0xfb,                                                       // 20 sti
    0x90,                                                       // 21 nop, in the shadow of STI
    0xf4,                                                       // 22 hlt
    0xcd, 0x20,                                                 // 23 int 0x20
    0xf0, 0x8b, 0x00,                                           //    lock mov eax, [eax]
    0x0f, 0x22, 0xd8,                                           //    mov cr3, eax
    0xea, 0x00, 0x00, 0x00, 0x00, TASK, 0x00,                   //    jmp TASK:0
    0xcf,                                                       //    iret
};
enum { FIRST_FAULT = CODE + 30, SECOND_FAULT = CODE + 35, BEHIND_FAULTS = CODE + 40, BEHIND_HLT = CODE + sizeof guest - 16 };

typedef struct {
  engine *e;
  uint64_t count_at_out, count_at_in, count_at_rdtsc, count_at_interrupt, boundaries, access, place, loads;
  uint8_t watched;
} witness;

static engine_page translate(void *context, const engine_paging *paging, uint64_t linear, engine_access access,
                             engine_privilege privilege) {
  switch (linear & ~0xfffull) {
  case ELSEWHERE:
    return (engine_page){.address = MAPPED_TO, .rights = 7, .watched = ((witness *)context)->watched};
  case DEVICE:
    return (engine_page){.address = 0xfee00000, .kind = engine_page_device, .rights = 7};
  case MISSING:
    return (engine_page){.error_code = access == engine_access_write ? 2 : 0, .kind = engine_page_fault, .vector = 14};
  default:
    return (engine_page){.address = linear & 0x3fff, .rights = 7};
  }
}

static uint32_t port_read(void *context, uint16_t port, uint32_t bytes) {
  witness *w = context;
  w->count_at_in = engine_instructions(w->e);
  return port;
}

static void port_write(void *context, uint16_t port, uint32_t bytes, uint32_t value) {
  witness *w = context;
  if (port == 0x80 && bytes == 1 && value == 0x78)
    w->count_at_out = engine_instructions(w->e);
}

static uint64_t device_read(void *context, uint64_t physical, uint32_t bytes) {
  return physical == 0xfee00000 && bytes == 4 ? 0x12345678 : 0;
}

static void device_write(void *context, uint64_t physical, uint32_t bytes, uint64_t value) {}

static uint64_t time_stamp(void *context) {
  witness *w = context;
  return w->count_at_rdtsc = engine_instructions(w->e);
}

static engine_cpuid cpuid(void *context, uint32_t leaf, uint32_t subleaf) {
  return (engine_cpuid){leaf, 0xb0b, subleaf, 0xd0d};
}

static bool admits(void *context, engine_register which, uint32_t number, uint64_t *value) {
  return which == engine_register_control || (which == engine_register_model_specific && number == 0xc0000080);
}

static uint8_t lockable(void *context, uint32_t opcode) { return 0; }

static bool aligned(void *context, uint32_t opcode, uint8_t prefix) { return opcode == 0x0f6f && prefix == 0x66; }

static bool deliver(void *context, engine_event event) { return false; }

static engine_next boundary(void *context, const engine_boundary *at) {
  witness *w = context;
  w->boundaries++;
  if (!at->takes_interrupt)
    return engine_goes_on;
  w->count_at_interrupt = engine_instructions(w->e);
  engine_set_interrupt_line(w->e, false);
  return engine_delivered;
}

static void accessed(void *context, uint64_t linear, uint32_t bytes, bool is_write) {
  witness *w = context;
  w->access = linear << 8 | bytes << 4 | is_write;
  w->place = seam_place(w->e, linear, is_write);
}

static uint8_t move_debug(void *context, uint8_t number, bool is_write, uint64_t *value) {
  *value = 0xd0 + number;
  return engine_no_exception;
}

static void transferred(void *context, engine_transfer transfer, const engine_flow *from) {}

static void controlled(void *context, const engine_control *control) {
  engine_state s;
  witness *w = context;
  engine_get_state(w->e, &s);
  w->loads = w->loads << 32 | (uint64_t)control->kind << 16 | (s.rip & 0xffff);
}

static bool is_task(void *context, uint16_t selector) { return selector == TASK; }

static bool load_control(void *context, int number, const engine_paging *now, const engine_paging *next) { return false; }

static void enter_guest(engine *e) {
  engine_state s;
  engine_get_state(e, &s);
  engine_segment code = {.selector = 8, .limit = ~0u, .attributes = 0x00cf9b00};
  engine_segment data = {.selector = 16, .limit = ~0u, .attributes = 0x00cf9300};
  s.cs = code;
  s.ds = s.es = s.ss = s.fs = s.gs = data;
  s.cr0 = 0x11;
  s.efer = 0;
  s.rip = CODE;
  engine_set_state(e, &s);
}

static bool faults(engine *e, engine_error *error, engine_exit exit, uint64_t rip, uint64_t cr2) {
  engine_state s;
  engine_get_state(e, &s);
  return same(error, "the kind of exit at a page fault", engine_exit_event, exit.kind) &&
         same(error, "the vector of a page fault", 14, exit.event.vector) &&
         same(error, "the error code of a page fault", 2, exit.event.error_code) &&
         same(error, "RIP at a page fault", rip, s.rip) && same(error, "CR2 after a page fault", cr2, s.cr2) &&
         same(error, "the instructions before a page fault", 10, engine_instructions(e));
}

static void skip_to(engine *e, uint64_t rip) {
  enum { RFLAGS_NT = 1 << 14 };
  engine_state s;
  engine_get_state(e, &s);
  s.rip = rip;
  s.rflags |= RFLAGS_NT;
  engine_set_state(e, &s);
}

// Runs to an event, which must be `expected` with RIP at `rip`.
static bool event_is(engine *e, engine_error *error, engine_event expected, uint64_t rip) {
  engine_state s;
  engine_exit exit = engine_run(e, 1000000);
  engine_get_state(e, &s);
  return same(error, "the kind of exit at an event", engine_exit_event, exit.kind) &&
         same(error, "the kind of an event", expected.kind, exit.event.kind) &&
         same(error, "the vector of an event", expected.vector, exit.event.vector) &&
         same(error, "the length of an event's instruction", expected.length, exit.event.length) &&
         same(error, "the selector of an event", expected.selector, exit.event.selector) &&
         same(error, "RIP at an event", rip, s.rip);
}

static bool guest_behaves(engine *e, witness *w, engine_error *error) {
  engine_state s;
  memcpy(e->ram + CODE, guest, sizeof guest);
  enter_guest(e);
  if (!faults(e, error, engine_run(e, 1000000), FIRST_FAULT, MISSING))
    return false;
  engine_privilege by = engine_supervisor;
  if (!same(error, "a cached translation", MAPPED_TO + 4, engine_cached_offset(e, ELSEWHERE + 4, engine_access_write, by)) ||
      !same(error, "that of a device", engine_not_cached, engine_cached_offset(e, DEVICE, engine_access_read, by)) ||
      !same(error, "that of no page", engine_not_cached, engine_cached_offset(e, MISSING, engine_access_write, by)))
    return false;
  skip_to(e, SECOND_FAULT);
  if (!faults(e, error, engine_run(e, 1000000), SECOND_FAULT, MISSING + 4))
    return false;
  uint32_t stored;
  memcpy(&stored, e->ram + MAPPED_TO, 4);
  engine_get_state(e, &s);
  if (!same(error, "a device's register, stored through a mapping", 0x12345678, stored) ||
      !same(error, "the count at OUT", 3, w->count_at_out) || !same(error, "the count at IN", 4, w->count_at_in) ||
      !same(error, "the count at RDTSC", 6, w->count_at_rdtsc) || !same(error, "what IN reads", 0x81, s.gpr[3] & 255) ||
      !same(error, "what RDTSC reads", 6, s.gpr[6]) || !same(error, "self-modified code", 1, s.gpr[7]))
    return false;
  skip_to(e, BEHIND_FAULTS);
  engine_exit exit = engine_run(e, 1);
  engine_get_state(e, &s);
  if (!same(error, "the kind of exit after one instruction", engine_exit_budget, exit.kind) ||
      !same(error, "RIP after one instruction", BEHIND_FAULTS + 5, s.rip))
    return false;
  engine_set_interrupt_line(e, true);
  exit = engine_run(e, 1000000);
  engine_get_state(e, &s);
  return same(error, "the kind of exit at HLT", engine_exit_halted, exit.kind) &&
         same(error, "RIP behind HLT", BEHIND_HLT, s.rip) &&
         same(error, "the instructions up to HLT", 22, engine_instructions(e)) &&
         same(error, "the count at the interrupt behind STI", 21, w->count_at_interrupt) &&
         same(error, "the x87 status after 0 / 0", 1, s.gpr[0] & 0x3f) &&
         same(error, "EFER with NXE", 0x800, s.efer) && same(error, "what CPUID answers", 0xb0b, s.gpr[3]) &&
         event_is(e, error, (engine_event){engine_event_software, 0x20, 2}, BEHIND_HLT + 2) &&
         event_is(e, error, (engine_event){.vector = 6}, BEHIND_HLT + 2) &&
         (skip_to(e, BEHIND_HLT + 5), event_is(e, error, (engine_event){.vector = 13}, BEHIND_HLT + 5)) &&
         (skip_to(e, BEHIND_HLT + 8),
          event_is(e, error, (engine_event){engine_event_task_jump, 32, .selector = TASK}, BEHIND_HLT + 8)) &&
         (skip_to(e, BEHIND_HLT + 15),
          event_is(e, error, (engine_event){engine_event_task_return, 32}, BEHIND_HLT + 15));
}

// The library's table of blocks has the one that begins at `linear`.
static bool block_is_found(engine *e, engine_error *error, uint64_t linear) {
  const char *block = seam_recent_block(e->cs, linear);
  uint32_t cluster = AT32(e->cs, CPU_CLUSTER) << 24;
  return same(error, "where translated blocks are found", linear, block ? AT64(block, TB_PC) : 0) &&
         same(error, "how a block was translated", cluster, AT32(block, TB_CFLAGS) & CFLAGS_IN_KEY);
}

// Code that is run instruction by instruction, with accesses that are watched.
static const uint8_t watched_guest[] = {
    0xa1, 0x01, 0x00, 0x01, 0x00,       // mov eax, [ELSEWHERE + 1]
    0x66, 0xa3, 0x03, 0x00, 0x01, 0x00, // mov [ELSEWHERE + 3], ax
    0x0f, 0x21, 0xd0,                   // mov eax, dr2
    0x0f, 0x01, 0x1d, 0x00, 0x10, 0x00, 0x00, // lidt [CODE]
    0xf3, 0xaa,                         // rep stosb
};
enum { REPEATED = CODE + sizeof watched_guest - 2 };

static bool watching_behaves(engine *e, witness *w, engine_error *error) {
  engine_state s;
  memcpy(e->ram + CODE, watched_guest, sizeof watched_guest);
  engine_ram_changed(e, CODE, sizeof watched_guest);
  enter_guest(e);
  w->watched = engine_may_read | engine_may_write, w->boundaries = 0;
  engine_watch(e, true);
  engine_run(e, 1);
  uint64_t load = w->access;
  engine_tell_control(e, true, false);
  engine_run(e, 3);
  engine_get_state(e, &s);
  s.gpr[1] = 10;
  s.gpr[7] = MAPPED_TO;
  engine_set_state(e, &s);
  w->watched = 0;
  engine_run(e, 1), engine_watch(e, false), engine_tell_control(e, false, false);
  return same(error, "a watched load that is not aligned", (ELSEWHERE + 1) << 8 | 4 << 4, load) &&
         same(error, "a watched store that is not aligned", (ELSEWHERE + 3) << 8 | 2 << 4 | 1, w->access) &&
         same(error, "where a watched page lies", MAPPED_TO + 3, w->place) &&
         same(error, "the boundaries of five instructions", 5, w->boundaries) &&
         same(error, "a load of IDTR that is told", engine_control_idtr << 16 | (REPEATED - 7), w->loads) &&
         same(error, "what a debug register holds", 0xd2, s.gpr[0]) &&
         same(error, "a string instruction's repetition", true, seam_repeats(e, REPEATED));
}

bool seam_self_test(engine *e, engine_error *error) {
  if (e->ram_size < TESTED_RAM)
    return seam_fail(error, "16 KiB or more", "less", "the first machine's RAM");
  if (!layout_agrees(e, error))
    return false;
  engine_owner owner = e->owner;
  engine_state before;
  engine_get_state(e, &before);
  uint8_t code[sizeof guest], data[4];
  memcpy(code, e->ram + CODE, sizeof code);
  memcpy(data, e->ram + MAPPED_TO, sizeof data);
  witness w = {.e = e};
  e->owner = (engine_owner){
      .context = &w,
      .deliver = deliver,
      .boundary = boundary,
      .transferred = transferred,
      .controlled = controlled,
      .is_task = is_task,
      .load_control = load_control,
      .translate = translate,
      .port_read = port_read,
      .port_write = port_write,
      .device_read = device_read,
      .device_write = device_write,
      .time_stamp = time_stamp,
      .accessed = accessed,
      .move_debug = move_debug,
      .admits = admits,
      .lockable = lockable,
      .aligned = aligned,
      .cpuid = cpuid,
  };
  bool good = seam_check_victims(e, error) && guest_behaves(e, &w, error) && block_is_found(e, error, BEHIND_HLT + 15) &&
              watching_behaves(e, &w, error);
  memcpy(e->ram + CODE, code, sizeof code);
  memcpy(e->ram + MAPPED_TO, data, sizeof data);
  engine_ram_changed(e, CODE, sizeof guest);
  e->owner = owner;
  e->granted = 0;
  engine_set_state(e, &before);
  tested = good;
  return good;
}
