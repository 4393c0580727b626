// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the files of the seam share: the engine, and the library's own functions.
#pragma once
#include "include/CEngine.h"
#include "layout.h"
#include <setjmp.h>
#include <stdatomic.h>
#include <unicorn/unicorn.h>

struct engine {
  uc_engine *uc;
  char *env; // CPUX86State
  char *cs;  // CPUState; known from the first TLB miss on
  engine_owner owner;
  engine_features features;

  // mmu.c
  uint8_t *ram;
  uint64_t ram_size;
  uint8_t *has_code; // one byte a page: instructions were translated from it
  void *ram_region;  // the library's MemoryRegion of all RAM
  bool in_guest;

  // count.c
  uint64_t granted; // instructions ever granted; granted - AT64(env, ENV_LEFT) were executed
  uint64_t reserve; // of the present budget, not yet granted
  atomic_bool pause;
  struct {
    enum { NOT_TRANSLATING, LEARNING, EMITTING, EMITTED } phase;
    int instructions; // begun so far
    int end;          // behind the first instruction that must end its block, 0 if there is none
    void *spent;      // label of the way out when the budget does not suffice
    sigjmp_buf escape;
  } block;
  char *tcg;        // TCGContext
  void *env_global; // TCG's name for env
  intptr_t left;    // TCG's name for ENV_LEFT

  // engine.c
  bool stop, halted, exited;
  engine_exit exit;
};

// The engine whose library call is under way on this thread. The library's functions are entered through the seam
// only, so this is set whenever one of ours is reached.
extern _Thread_local engine *seam_engine;

// Owner calls and results of the seam's own test run through these as well.
bool seam_self_test(engine *e, engine_error *error);

// Whether the test has passed in this process.
bool seam_is_tested(void);

// Says why in `error` and returns false.
bool seam_fail(engine_error *error, const char *expected, const char *found, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// At the end of a window: true if the run goes on.
bool seam_continue(engine *e);

// Allows up to `reserve` more instructions, some at a time.
void seam_grant(engine *e);

// --- the library's own functions, found by name ------------------------------------------------------------------

#define LIBRARY_FUNCTIONS(X)                                                                                           \
  X(void, cpu_x86_update_cr0_x86_64, void *env, uint32_t value)                                                        \
  X(void, cpu_x86_update_cr3_x86_64, void *env, uint64_t value)                                                        \
  X(void, cpu_x86_update_cr4_x86_64, void *env, uint32_t value)                                                        \
  X(void, x86_reg_reset_x86_64, void *uc)                                                                              \
  X(void *, memory_mapping, void *uc, uint64_t address)                                                                \
  X(void, tlb_set_page_with_attrs_x86_64, void *cs, uint64_t linear, uint64_t physical, uint32_t attributes,           \
    int rights, int mmu, uint64_t size)                                                                                \
  X(void, tlb_set_dirty_x86_64, void *cs, uint64_t linear)                                                             \
  X(void, tlb_reset_dirty_x86_64, void *cs, uint64_t host, uint64_t length)                                            \
  X(void, tlb_flush_x86_64, void *cs)                                                                                  \
  X(void, tb_invalidate_phys_range_x86_64, void *uc, uint64_t start, uint64_t end)                                     \
  X(void, raise_exception_err_ra_x86_64, void *env, int vector, int error_code, uintptr_t host_pc)                     \
  X(void *, tcg_global_mem_new_internal_x86_64, void *tcg, int type, void *base, intptr_t offset, const char *name)    \
  X(void, gen_intermediate_code_x86_64, void *cs, void *tb, int max)                                                   \
  X(void, tcg_func_start_x86_64, void *tcg)                                                                            \
  X(void *, gen_new_label_x86_64, void *tcg)                                                                           \
  X(void, tcg_gen_addi_i64_x86_64, void *tcg, intptr_t result, intptr_t value, int64_t addend)                         \
  X(void, tcg_gen_brcondi_i64_x86_64, void *tcg, int condition, intptr_t value, int64_t with, void *label)             \
  X(void, tcg_gen_brcondi_i32_x86_64, void *tcg, int condition, intptr_t value, int32_t with, void *label)             \
  X(void, tcg_gen_op1_x86_64, void *tcg, int op, uintptr_t a)                                                          \
  X(void, tcg_gen_op2_x86_64, void *tcg, int op, uintptr_t a, uintptr_t b)                                             \
  X(void, tcg_gen_op3_x86_64, void *tcg, int op, uintptr_t a, uintptr_t b, uintptr_t c)                                \
  X(void, tcg_gen_callN_x86_64, void *tcg, void *function, void *result, int count, void **arguments)                  \
  X(intptr_t, tcg_const_i32_x86_64, void *tcg, int32_t value)                                                          \
  X(void, tcg_gen_exit_tb_x86_64, void *tcg, void *tb, unsigned how)                                                   \
  X(void, restore_state_to_opc_x86_64, void *env, void *tb, uint64_t *data)                                            \
  X(void, helper_hlt_x86_64, void *env, int length)                                                                    \
  X(void, helper_set_dr_x86_64, void *env, int number, uint64_t value)

#define DECLARE_SLOT(result, name, ...) result (*name)(__VA_ARGS__);
struct library {
  LIBRARY_FUNCTIONS(DECLARE_SLOT)
};
#undef DECLARE_SLOT

// Filled by seam_bind(); calling through it never reaches the seam's own function of that name.
extern struct library library;
bool seam_bind(engine_error *error);
