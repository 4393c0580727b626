// SPDX-License-Identifier: GPL-2.0-or-later
//
// The instructions that reach out of the processor: IN, OUT, RDTSC, CPUID, HLT.
// IN, OUT and RDTSC end their blocks (count.c), so a stop that is asked for here happens at once.
#include "seam.h"

enum { RAX = 0, RCX = 1, RDX = 2, RBX = 3 };

// --- IN and OUT --------------------------------------------------------------------------------------------------

// Intel SDM Vol. 1 §19.5.2 "I/O Permission Bit Map": the bits of the ports lie in two bytes that the processor reads
// together, so both must lie within the TSS. A 16-bit TSS has no map.
static void check_map(engine *e, uint32_t port, uint32_t bytes, uintptr_t translated) {
  enum { TSS_AVAILABLE = 9, TSS_BUSY = 11, MAP_BASE = 0x66 };
  const char *tr = e->env + ENV_SEGS + SEGMENT_SIZE * TR;
  uint32_t type = AT32(tr, SEGMENT_FLAGS) >> 8 & 15, limit = AT32(tr, SEGMENT_LIMIT);
  int mmu = seam_system_mmu(e);
  if ((type == TSS_AVAILABLE || type == TSS_BUSY) && limit > MAP_BASE) {
    uint64_t base = AT64(tr, SEGMENT_BASE);
    uint32_t place = OURS(cpu_lduw_mmuidx_ra_x86_64)(e->env, base + MAP_BASE, mmu, translated) + port / 8;
    if (place + 1 <= limit) {
      uint32_t denied = OURS(cpu_lduw_mmuidx_ra_x86_64)(e->env, base + place, mmu, translated) >> port % 8;
      if (!(denied & ((1u << bytes) - 1)))
        return;
    }
  }
  seam_raise(e, GENERAL_PROTECTION, 0, translated);
}

void seam_check_ports(engine *e, uint32_t port, uint32_t bytes, uintptr_t translated) {
  uint32_t cpl = AT32(e->env, ENV_HFLAGS) & HF_CPL; // 0 in real mode, 3 in virtual-8086 mode
  if (cpl == 0)
    return;
  uint64_t flags = AT64(e->env, ENV_EFLAGS);
  if (cpl > (flags & HF_IOPL) >> 12 || flags & HF_VM)
    check_map(e, port, bytes, translated);
}

static uint64_t port_read(uint32_t port, uint32_t bytes, uintptr_t translated) {
  engine *e = seam_engine;
  seam_check_ports(e, port, bytes, translated);
  if (!e->tells_ports)
    return e->owner.port_read(e->owner.context, (uint16_t)port, bytes);
  engine_control control = seam_begin_control(e, translated);
  control.bytes = (uint8_t)bytes;
  uint32_t value = e->owner.port_read(e->owner.context, (uint16_t)port, bytes);
  seam_end_control(e, &control, engine_control_in, port, value);
  return value;
}

static void port_write(uint32_t port, uint32_t bytes, uint32_t value, uintptr_t translated) {
  engine *e = seam_engine;
  seam_check_ports(e, port, bytes, translated);
  if (e->tells_ports) {
    engine_control control = seam_begin_control(e, translated);
    control.bytes = (uint8_t)bytes;
    seam_end_control(e, &control, engine_control_out, port, value);
  }
  e->owner.port_write(e->owner.context, (uint16_t)port, bytes, value);
}

uint64_t OURS(helper_inb_x86_64)(void *env, uint32_t port) { return port_read(port, 1, TRANSLATED); }
uint64_t OURS(helper_inw_x86_64)(void *env, uint32_t port) { return port_read(port, 2, TRANSLATED); }
uint64_t OURS(helper_inl_x86_64)(void *env, uint32_t port) { return port_read(port, 4, TRANSLATED); }

void OURS(helper_outb_x86_64)(void *env, uint32_t port, uint32_t value) {
  port_write(port, 1, value & 0xff, TRANSLATED);
}
void OURS(helper_outw_x86_64)(void *env, uint32_t port, uint32_t value) {
  port_write(port, 2, value & 0xffff, TRANSLATED);
}
void OURS(helper_outl_x86_64)(void *env, uint32_t port, uint32_t value) { port_write(port, 4, value, TRANSLATED); }

// --- the others --------------------------------------------------------------------------------------------------

static void read_time_stamp(void *env, uintptr_t translated) {
  enum { CR4_TSD = 1 << 2 };
  engine *e = seam_engine;
  if (AT64(env, ENV_CR4) & CR4_TSD && AT32(env, ENV_HFLAGS) & HF_CPL)
    seam_raise(e, GENERAL_PROTECTION, 0, translated);
  uint64_t now = e->owner.time_stamp(e->owner.context);
  AT64(env, ENV_REGS + 8 * RAX) = (uint32_t)now;
  AT64(env, ENV_REGS + 8 * RDX) = now >> 32;
}

void OURS(helper_rdtsc_x86_64)(void *env) { read_time_stamp(env, TRANSLATED); }

void OURS(helper_rdtscp_x86_64)(void *env) {
  read_time_stamp(env, TRANSLATED);
  AT64(env, ENV_REGS + 8 * RCX) = (uint32_t)AT64(env, ENV_TSC_AUX);
}

// There are no performance counters, so every number of one is wrong.
void OURS(helper_rdpmc_x86_64)(void *env) { seam_raise(seam_engine, GENERAL_PROTECTION, 0, TRANSLATED); }

void OURS(helper_cpuid_x86_64)(void *env) {
  engine *e = seam_engine;
  engine_cpuid answer = e->owner.cpuid(e->owner.context, AT32(env, ENV_REGS + 8 * RAX), AT32(env, ENV_REGS + 8 * RCX));
  AT64(env, ENV_REGS + 8 * RAX) = answer.eax;
  AT64(env, ENV_REGS + 8 * RBX) = answer.ebx;
  AT64(env, ENV_REGS + 8 * RCX) = answer.ecx;
  AT64(env, ENV_REGS + 8 * RDX) = answer.edx;
}

void OURS(helper_hlt_x86_64)(void *env, int length) {
  engine *e = seam_engine;
  e->halted = true;
  e->stepped = AT64(env, ENV_EFLAGS) & RFLAGS_TF; // whose trap wakes the processor at once
  __attribute__((musttail)) return library.helper_hlt_x86_64(env, length);
}

// Called first when the library creates its processor: brings env and cs.
void OURS(cpu_x86_update_cr0_x86_64)(void *env, uint32_t value) {
  seam_engine->env = env;
  seam_engine->cs = (char *)env - ENV_IN_CPU;
  library.cpu_x86_update_cr0_x86_64(env, value);
}
