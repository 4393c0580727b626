// SPDX-License-Identifier: GPL-2.0-or-later
//
// Address translation by the owner, fast stores, exact self-modifying code.
//
// The library sees one physical address space of our making: RAM from 0 on without a gap, and devices as a window at
// DEVICES + guest physical address. So its RAM offsets are ours, wherever the guest sees that RAM.
#include "seam.h"

enum { PAGE = 4096, PAGE_FAULT = 14 };
#define DEVICES (1ull << 48)
#define DEVICES_SIZE (1ull << 46)

static uint64_t device_read(uc_engine *uc, uint64_t offset, unsigned bytes, void *context) {
  engine *e = context;
  return e->owner.device_read(e->owner.context, offset, bytes);
}

static void device_write(uc_engine *uc, uint64_t offset, unsigned bytes, uint64_t value, void *context) {
  engine *e = context;
  e->owner.device_write(e->owner.context, offset, bytes, value);
}

bool seam_map_memory(engine *e) {
  return uc_mem_map_ptr(e->uc, 0, e->ram_size, UC_PROT_ALL, e->ram) == UC_ERR_OK &&
         uc_mmio_map(e->uc, DEVICES, DEVICES_SIZE, device_read, e, device_write, e) == UC_ERR_OK &&
         (e->ram_region = library.memory_mapping(e->uc, 0)) != NULL;
}

// The library looks a linear address up among its physical regions before it translates; any RAM region satisfies it.
void *OURS(memory_mapping)(void *uc, uint64_t address) {
  engine *e = seam_engine;
  if (!e || !e->in_guest)
    return library.memory_mapping(uc, address);
  if (AT32(uc, UC_PIECE_OF) == 0)
    e->access = address; // see cpu_check_watchpoint
  return e->ram_region;
}

// The owner has set flags in page tables, and there was code. If the block under way is among that, the rest of it may be
// another one now: its instruction is begun again, as after a fault. It sets no flag twice.
static void restart_if_changed(engine *e, uintptr_t host_pc) {
  const char *block = host_pc ? library.tcg_tb_lookup_x86_64(e->tcg, host_pc) : NULL;
  if (!block || !(AT32(block, TB_CFLAGS) & CF_INVALID))
    return;
  library.cpu_restore_state_x86_64(e->cs, host_pc, true);
  library.cpu_loop_exit_noexc_x86_64(e->cs);
}

// A TLB miss, that of a victim, too.
bool OURS(x86_cpu_tlb_fill_x86_64)(void *cs, uint64_t linear, int size, int access, int mmu, bool probe, uintptr_t host_pc) {
  return seam_return_victim(seam_engine, linear, access, mmu) || seam_fill(seam_engine, linear, access, mmu, probe, host_pc);
}

// The owner has returned before anything unwinds.
bool seam_fill(engine *e, uint64_t linear, int access, int mmu, bool probe, uintptr_t host_pc) {
  engine_paging paging = seam_paging(e);
  e->code_changed = false;
  engine_page page = e->owner.translate(e->owner.context, &paging, linear, access, mmu);
  if (e->code_changed && !probe)
    restart_if_changed(e, host_pc);
  uint64_t address = linear;
  linear &= ~(uint64_t)(PAGE - 1);
  if (page.kind == engine_page_fault) {
    if (probe)
      return false;
    // A block looks for the next one by itself: what is due before that has its turn first.
    if (access == engine_access_fetch && host_pc == 0 && e->watching && AT64(e->env, ENV_LEFT) == 0)
      seam_open_window(e);
    // While translating, an instruction that runs into a missing page is not the one to blame for the fault before it
    // is reached: end the block in front of it.
    if (e->block.phase == TRANSLATING && AT32(e->block.translation, TRANSLATION_INSTRUCTIONS) > 1)
      siglongjmp(e->block.escape, 1);
    e->block.phase = NOT_TRANSLATING;
    if (host_pc == 0) // a fetch: its block never started
      e->settled = engine_instructions(e);
    if (page.vector == PAGE_FAULT) {
      AT64(e->env, ENV_CR2) = address;
    } else if (access != engine_access_fetch) {
      e->event_kind = engine_event_address;
      e->event_address = address;
    }
    seam_raise(e, page.vector, (int)page.error_code, host_pc);
  }
  uint64_t physical = page.address & ~(uint64_t)(PAGE - 1);
  bool is_ram = page.kind == engine_page_ram;
  e->watched = page.watched;
  library.tlb_set_page_with_attrs_x86_64(e->cs, linear, is_ram ? physical : DEVICES + physical, 0, page.rights, mmu, PAGE);
  e->watched = 0;
  if (is_ram && page.rights & engine_may_write && !e->seen_stores[physical / PAGE])
    library.tlb_set_dirty_x86_64(e->cs, linear); // stores stay in translated code
  return true;
}

// The first block was translated from the page at RAM offset `ram`: stores to it must be seen from now on.
void OURS(tlb_protect_code_x86_64)(void *uc, uint64_t ram) {
  engine *e = seam_engine;
  if (ram >= e->ram_size || e->seen_stores[ram / PAGE] & SEEN_FOR_CODE)
    return;
  e->seen_stores[ram / PAGE] |= SEEN_FOR_CODE;
  library.tlb_reset_dirty_x86_64(e->cs, (uintptr_t)e->ram + (ram & ~(uint64_t)(PAGE - 1)), PAGE);
}

// The last block translated from the page is gone.
void OURS(tlb_unprotect_code_x86_64)(void *uc, uint64_t ram) {
  engine *e = seam_engine;
  if (ram < e->ram_size)
    e->seen_stores[ram / PAGE] &= (uint8_t)~SEEN_FOR_CODE;
}

// A store that is not aligned, to a page with code, is done by the library byte by byte. If the fourth byte hits the
// block under way, the instruction is begun anew with three bytes stored: INC would have counted twice. So the pages are
// looked at first, and all that the store will hit is forgotten before it.
static void before_store(void *env, uint64_t linear, int bytes, uint32_t index, uintptr_t host_pc) {
  enum { WRITE = 1, MMU_BITS = 15, ALIGNMENT = 7 << 4 };
  if (linear & (uint64_t)(bytes - 1) && !(index >> 4 & ALIGNMENT)) {
    int here = PAGE - (int)(linear % PAGE), mmu = index & MMU_BITS;
    library.probe_access_x86_64(env, linear, here < bytes ? here : bytes, WRITE, mmu, host_pc);
    if (here < bytes)
      library.probe_access_x86_64(env, linear + here, bytes - here, WRITE, mmu, host_pc);
  }
}

void OURS(helper_le_stw_mmu_x86_64)(void *env, uint64_t linear, uint32_t value, uint32_t index, uintptr_t host_pc) {
  before_store(env, linear, 2, index, host_pc);
  library.helper_le_stw_mmu_x86_64(env, linear, value, index, host_pc);
  seam_end_told_store(seam_engine);
}

void OURS(helper_le_stl_mmu_x86_64)(void *env, uint64_t linear, uint32_t value, uint32_t index, uintptr_t host_pc) {
  before_store(env, linear, 4, index, host_pc);
  library.helper_le_stl_mmu_x86_64(env, linear, value, index, host_pc);
  seam_end_told_store(seam_engine);
}

void OURS(helper_le_stq_mmu_x86_64)(void *env, uint64_t linear, uint64_t value, uint32_t index, uintptr_t host_pc) {
  before_store(env, linear, 8, index, host_pc);
  library.helper_le_stq_mmu_x86_64(env, linear, value, index, host_pc);
  seam_end_told_store(seam_engine);
}

void engine_flush_translations(engine *e) {
  engine *outer = seam_engine;
  seam_engine = e;
  OURS(tlb_flush_x86_64)(e->cs);
  seam_engine = outer;
}

void engine_ram_changed(engine *e, uint64_t offset, uint64_t length) {
  if (length == 0 || offset >= e->ram_size)
    return;
  uint64_t end = length > e->ram_size - offset ? e->ram_size : offset + length;
  if (offset / PAGE == (end - 1) / PAGE && !(e->seen_stores[offset / PAGE] & SEEN_FOR_CODE))
    return;
  engine *outer = seam_engine;
  seam_engine = e;
  for (uint64_t page = offset / PAGE; page <= (end - 1) / PAGE; page++)
    if (e->seen_stores[page] & SEEN_FOR_CODE) {
      e->code_changed = true;
      library.tb_invalidate_phys_range_x86_64(e->uc, page * PAGE, (page + 1) * PAGE);
    }
  seam_engine = outer;
}
