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
  char *cs;  // CPUState
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
    enum { NOT_TRANSLATING, BEGINNING, SUBTRACTING, TRANSLATING } phase;
    int most;          // instructions that it may have
    char *translation; // DisasContextBase
    char *subtrahend;  // TCGOp of the constant that is subtracted at its beginning
    void *spent;       // label of the way out when the budget does not suffice
    sigjmp_buf escape;
  } block;
  char *tcg;        // TCGContext
  void *env_global; // TCG's name for env
  intptr_t left;    // TCG's name for ENV_LEFT

  // events.c
  bool line;           // from the interrupt controller
  bool undelivered;    // the owner has been asked about the event that is being raised
  uint8_t event_kind;  // of the event that is being raised
  uint8_t event_length;
  uint16_t event_selector;
  uint32_t event_next;
  uint64_t settled; // the count at which the instruction that raises was given back, or never counted

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

// Ends the run under way.
void seam_leave(engine *e, engine_exit exit);

// The registers that decide translations.
static inline engine_paging seam_paging(const engine *e) {
  return (engine_paging){AT64(e->env, ENV_CR0), AT64(e->env, ENV_CR3), AT64(e->env, ENV_CR4), AT64(e->env, ENV_EFER)};
}

// Where translated code called the helper that asks, within the call, as the library has it.
#define TRANSLATED ((uintptr_t)__builtin_return_address(0) - 2)

// Has the owner switch tasks for the instruction that was called from `translated`: leaves the run's inner loop with the
// state of that instruction, and does not return.
void seam_switch_task(engine *e, engine_event_kind kind, int selector, uint64_t next, uintptr_t translated);

// Has the owner deliver an interrupt, if there is one and the processor takes it.
void seam_take_interrupt(engine *e);

// RFLAGS, of which the library keeps parts elsewhere.
uint64_t seam_flags(const engine *e);
void seam_set_flags(engine *e, uint64_t flags);

// The host address of the byte at `linear`, if the library has cached that accesses of this tag (TLB_READ_TAG and its
// like) through MMU index `mmu` reach memory there; else NULL. `ignored` are flags of the entry that do not matter.
char *seam_cached(const engine *e, uint64_t linear, int mmu, int tag, uint64_t ignored);

// Gives the library its memory: the owner's RAM, and a window for devices.
bool seam_map_memory(engine *e);

// Hooks the library's exceptions.
bool seam_hook_events(engine *e, engine_error *error);

// Allows up to `reserve` more instructions, some at a time.
void seam_grant(engine *e);

// --- the library's own functions ---------------------------------------------------------------------------------
//
// How a function of the seam gets in front of the library's:
//   libunicorn.so  Both have the same name. The library calls its own functions through the dynamic linker, which
//                  looks in the program first. The original is found by dlsym(RTLD_NEXT).
//   libunicorn.a   (SEAM_STATIC) The linker is told to --wrap the name: calls from other files of the library go to
//                  __wrap_NAME, and __real_NAME is the original. Saves the dynamic linker's work at every start.

#ifdef SEAM_STATIC
#define OURS(name) __wrap_##name
#else
#define OURS(name) name
#endif

#define REPLACED(result, name, parameters) result OURS(name) parameters;
#include "replaced.def"
#undef REPLACED

// Calls the originals, whatever stands in front of them. Filled by seam_bind().
struct library {
#define REPLACED(result, name, parameters) result(*name) parameters;
#define CALLED REPLACED
#include "called.def"
#include "replaced.def"
#undef CALLED
#undef REPLACED
};
extern struct library library;
bool seam_bind(engine_error *error);
