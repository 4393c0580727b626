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
  uint8_t *seen_stores; // one byte a page: why stores to it do not stay in translated code
  void *ram_region;  // the library's MemoryRegion of all RAM
  bool in_guest;

  // count.c
  uint64_t granted; // instructions ever granted; granted - AT64(env, ENV_LEFT) were executed
  uint64_t reserve; // of the present budget, not yet granted
  atomic_bool pause;
  struct {
    enum { NOT_TRANSLATING, BEGINNING, SUBTRACTING, NUMBERING, TRANSLATING } phase;
    int most;          // instructions that it may have
    char *translation; // DisasContextBase
    char *subtrahend;  // TCGOp of the constant that is subtracted at its beginning
    void *spent;       // label of the way out when the budget does not suffice
    bool resumes;      // it begins with RF set
    bool again;        // it is the instruction that has changed its block
    sigjmp_buf escape;
    uint32_t flags; // its key: HF_*
    uint64_t start; // linear, of its first byte
    uint64_t page;  // likewise
    int changes;    // how often blocks have changed themselves of late
    char *number;   // TCGOp of the constant that it notes as its number (flow.c)
    uint16_t starts[engine_longest_block]; // of its instructions, from `start`
  } block;
  char *tcg;        // TCGContext
  void *env_global; // TCG's name for env
  intptr_t left;    // TCG's name for ENV_LEFT
  bool restarts;    // the instruction under way is begun again, since it was changed
  uint64_t tlb_window; // instructions when a size of the TLB was tried out last (tlb.c)
  bool code_changed; // blocks were invalidated since this was cleared last, but not by a store

  // decode.c
  struct {
    uint64_t start, next; // where it lies, and the next byte of it that matters
    enum { PREFIXES, SECOND_BYTE, INVALID } stage;
    bool lock, data_size; // the prefixes
    uint8_t repeat;       // the prefix 0xF2 or 0xF3
    bool aligned;         // the next load or store is of an operand that must be
    bool anywhere;        // its loads and stores are parts of operands that may lie anywhere
  } instruction;
  uintptr_t bases[2]; // TCG's names for the bases of FS and GS
  bool loads_bases;   // instructions that load one of them by itself have been translated

  // flags.c
  struct {
    char *beginning;                          // TCGOp of the instruction's beginning
    uint64_t form;                            // how its flags are computed there
    uintptr_t late;                           // TCG's name for the flags that it will have when it has stored
    enum { OTHER, EARLY, BIT_TEST } about;
    uintptr_t source, result, how;            // TCG's names for ENV_CC_SRC, ENV_CC_DST and ENV_CC_OP
  } flags;

  // alignment.c
  bool must_align; // the instruction that the state was set back to has an operand of 16 bytes that must be aligned

  // x87.c
  struct {
    bool loaded;  // the instruction translated last loads the control word
    bool changed; // the last such load has masked the last exception, or unmasked the first
  } x87;

  // events.c
  bool line;           // from the interrupt controller
  bool nmi;            // asked for
  bool nmi_blocked;    // until IRET
  uint64_t sti;        // the count behind the last STI
  bool undelivered;    // the owner has been asked about the event that is being raised
  bool tells;          // of transfers
  bool tells_control;  // see control.c
  bool tells_ports;
  bool tells_accesses;
  bool told_store; // one has been told that is not yet made (stores.c)
  uint8_t event_kind;  // of the event that is being raised
  uint8_t event_length;
  uint16_t event_selector;
  uint32_t event_next;
  uint64_t event_address;
  uint64_t settled; // the count at which the instruction that raises was given back, or never counted

  // debug.c
  bool watching;    // the owner wants to be asked between any two instructions
  bool stepped;     // an instruction that began with TF set is done, and its trap not yet delivered
  uint8_t watched;  // engine_may_*: accesses to the page under way that the owner wants to hear of
  uint64_t access;  // the linear address of the access under way, before it is cut into pieces

  // flow.c
  engine_visit *visits; // room for those that are noted; NULL while nobody wants them
  uint32_t blocks;      // numbers that blocks have got, all below it
  bool noted_singly;    // blocks that note themselves have one instruction each

  // place.c
  bool stops_at_place;
  uint64_t place;  // linear
  uint32_t passes; // the next instruction there is executed

  // entries.c
  uintptr_t (*prologue)(void *env, void *code); // the library's own, once entries are counted
  uint64_t entries;

  // engine.c
  bool stop, halted, exited;
  engine_exit exit;
};

// The engine whose library call is under way on this thread. The library's functions are entered through the seam
// only, so this is set whenever one of ours is reached.
extern _Thread_local engine *seam_engine;

// Why stores to a page have to be seen: instructions were translated from it; the owner is told of them.
enum { SEEN_FOR_CODE = 1, SEEN_FOR_OWNER = 2 };

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

// While transfers are told: sets the state to that of the instruction called from `translated`, whatever comes next, and
// notes where it stands. Faults of it are then raised without TRANSLATED, and those of the library's functions count as
// well as if they had been called from translated code.
engine_flow seam_begin_transfer(engine *e, uintptr_t translated);

// The instruction is carried out: tells the owner.
void seam_end_transfer(engine *e, engine_transfer transfer, const engine_flow *from);

// While control registers are told (control.c): where the instruction stands that was called from `translated`. RIP is at
// it from then on.
engine_control seam_begin_control(engine *e, uintptr_t translated);

// The instruction is carried out: tells the owner.
void seam_end_control(engine *e, engine_control *control, engine_control_kind kind, uint32_t number, uint64_t value);

// An access of a kind that is told is about to be made from `host_pc`, of `bytes` at `linear`, which is `place` in RAM.
void seam_tell_access(engine *e, engine_control_kind kind, uint64_t linear, uint64_t place, uint32_t bytes,
                      uintptr_t host_pc);

// A store of translated code has been made.
void seam_tell_stored(engine *e);
static inline void seam_end_told_store(engine *e) {
  if (e->told_store)
    seam_tell_stored(e);
}

// Where in RAM an access reaches by the translation that is cached for it; engine_not_cached if that is not RAM.
uint64_t seam_place(const engine *e, uint64_t linear, bool is_write);

// Loads LDTR or TR by the library's function, and tells the owner.
void seam_tell_load(engine *e, void (*load)(void *env, int selector), engine_control_kind kind, int selector,
                    uintptr_t translated);

// Has the owner deliver what is due between two instructions, if anything can be; true if it did, and more may be due then.
bool seam_deliver_due(engine *e);

// NMI is no longer blocked.
void seam_unblock_nmi(engine *e);

// What has the library call x86_cpu_exec_interrupt between two blocks, as CPU_INTERRUPT_REQUEST has it.
uint32_t seam_requests(const engine *e);

// Whether the string instruction at `pc`, with the base of CS, was executed last: it comes again for each repetition.
bool seam_repeats(const engine *e, uint64_t pc);

// At the end of an instruction that began with RFLAGS.TF set.
_Noreturn void seam_end_step(engine *e);

// From translated code: opens a window behind the instruction that calls, which is done.
_Noreturn void seam_open_window(engine *e);

// RFLAGS, of which the library keeps parts elsewhere.
uint64_t seam_flags(const engine *e);
void seam_set_flags(engine *e, uint64_t flags);

// The host address of the byte at `linear`, if the library has cached that accesses of this tag (TLB_READ_TAG and its
// like) through MMU index `mmu` reach memory there; else NULL. `ignored` are flags of the entry that do not matter.
char *seam_cached(const engine *e, uint64_t linear, int mmu, int tag, uint64_t ignored);

// Caches the translation of `linear`; false if there is none, and `probe`.
bool seam_fill(engine *e, uint64_t linear, int access, int mmu, bool probe, uintptr_t host_pc);

// Brings a translation of `linear` back that had to give way to another one; false if none is kept.
bool seam_return_victim(engine *e, uint64_t linear, int access, int mmu);

// A part of the self-test; its owner translates.
bool seam_check_victims(engine *e, engine_error *error);

// Gives the library its memory: the owner's RAM, and a window for devices.
bool seam_map_memory(engine *e);

// What TCG's operations take for a name of its own: for a variable, or for env, to which loads and stores are relative.
static inline uintptr_t seam_operand(const engine *e, intptr_t name) { return (uintptr_t)(e->tcg + name); }
static inline intptr_t seam_name(const engine *e, uintptr_t operand) { return (intptr_t)(operand - (uintptr_t)e->tcg); }
static inline uintptr_t seam_env(const engine *e) { return seam_operand(e, (intptr_t)e->env_global); }

// Whether `function` is one of an array of functions.
static inline bool seam_is_one_of(void *function, void *const *functions, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (functions[i] == function)
      return true;
  return false;
}
#define SEAM_IS_ONE_OF(function, functions) seam_is_one_of(function, functions, sizeof functions / sizeof *functions)

// Raises an exception of the instruction whose translation lies at `translated`; 0 if the state is at it already.
_Noreturn void seam_raise(engine *e, int vector, int error_code, uintptr_t translated);

// The vectors that the seam raises by itself.
enum { INVALID_OPCODE = 6, STACK_FAULT = 12, GENERAL_PROTECTION = 13 };

// Whether 4-level paging can translate `linear`: Intel SDM Vol. 1 §3.3.7.1 "Canonical Addressing".
static inline bool seam_is_canonical(uint64_t linear) { return (uint64_t)((int64_t)linear >> 47) + 1 <= 1; }

// The library's index of the translations for the processor's own accesses, to descriptor tables and the TSS.
static inline int seam_system_mmu(const engine *e) {
  return AT32(e->env, ENV_HFLAGS) & HF_SMAP ? engine_supervisor_without_user_pages : engine_supervisor;
}

// That for data accesses of the program.
static inline int seam_data_mmu(const engine *e) {
  enum { RFLAGS_AC = 1 << 18 };
  if ((AT32(e->env, ENV_HFLAGS) & HF_CPL) == 3)
    return engine_user;
  return AT64(e->env, ENV_EFLAGS) & RFLAGS_AC ? (int)engine_supervisor : seam_system_mmu(e);
}

// Raises #GP(0) if the program may not use these ports.
void seam_check_ports(engine *e, uint32_t port, uint32_t bytes, uintptr_t translated);

// The block that was last found for `linear` or another address of the same place in the library's table; NULL if none.
static inline const char *seam_recent_block(const char *cs, uint64_t linear) {
  uint64_t mixed = linear ^ linear >> 6;
  return (const char *)AT64(cs, CPU_BLOCKS + 8 * ((mixed >> 6 & 0xfc0) | (mixed & 0x3f)));
}

// What a register will hold of `value`; raises #GP(0) if it does not take it.
uint64_t seam_admitted(engine *e, engine_register which, uint32_t number, uint64_t value, uintptr_t translated);

// Raises the fault of a near branch if it has led to an address that is not canonical; RIP is there.
void seam_check_branch(engine *e, uintptr_t translated);

// Raises what a far JMP or CALL to `offset` in the code segment of `selector` must, and the library does not.
void seam_check_far_branch(engine *e, uint32_t selector, uint64_t offset, uintptr_t translated);

// decode.c: the translation of an instruction that begins at `linear` begins; the byte at `instruction.next` was read,
// and the translator gets to see the one that is returned; the base of FS or GS is about to get a value of TCG's, all of it
// or its lower half.
void seam_begin_instruction(engine *e, uint64_t linear);
uint32_t seam_take_byte(engine *e, uint32_t byte);
void seam_enter_page(engine *e, uint64_t linear);
void seam_check_base(engine *e, bool is_whole, uintptr_t target, uintptr_t source);

// Ends the block that is being translated in front of the instruction under way, unless that is its first.
void seam_cut_block(engine *e);

// place.c: whether the run has come to the place where it ends; an instruction at `linear` is about to be translated; the
// beginning of a block.
bool seam_arrives(const engine *e);
void seam_cut_at_place(engine *e, uint64_t linear);
void seam_emit_stop(engine *e);

// flags.c: an instruction begins, with its flags computed in this way; the last byte of its opcode lies at `linear`; it
// calls; a value is about to be moved to one of TCG's own, false if that is to be done; it has stored.
void seam_begin_flags(engine *e, char *beginning, uint64_t form);
void seam_take_flags(engine *e, uint32_t opcode, uint64_t linear);
void seam_emit_call(engine *e, void *function, void *result, int count, void **arguments);
bool seam_move_flags(engine *e, int op, uintptr_t target, uintptr_t source);
void seam_end_store(engine *e);

// x87.c: the opcode was read, of which the last byte lies at `linear`; an instruction begins; it has called `function`.
void seam_take_x87(engine *e, uint32_t opcode, uint64_t linear);
void seam_begin_x87(engine *e);
void seam_end_x87_call(engine *e, void *function);

// count.c: the repeated string instruction at `pc` begins here.
void seam_emit_note_of_repetition(engine *e, uint64_t pc);

// flow.c: how many instructions may be granted at once, `most` if visits do not matter; makes room for them.
uint64_t seam_most_granted(engine *e, uint64_t most);

// So many instructions were counted and not executed; less than 0: executed and not counted.
void seam_correct_count(engine *e, int64_t given_back);

// The beginning of a block that notes itself; an instruction of it begins at `linear`; it is translated.
void seam_emit_visit(engine *e);
void seam_note_instruction(engine *e, uint64_t linear);
void seam_number_block(engine *e, const void *tb);

// alignment.c: CR0 was loaded; the opcode was read; the state is set back to an instruction with this note; a function that
// accesses memory is about to be called; has accesses that are not aligned raise exceptions where they must be.
void seam_note_alignment(engine *e);
void seam_take_alignment(engine *e, uint32_t opcode, uint8_t prefix);
void seam_restore_alignment(engine *e, uint64_t *note);
void seam_emit_alignment_check(engine *e, void *function, void **arguments);
bool seam_hook_alignment(engine *e, engine_error *error);

// Ends the run under way if its budget is spent or a pause was asked for.
void seam_end_if_due(engine *e);

// Hooks the library's exceptions.
bool seam_hook_events(engine *e, engine_error *error);

// Allows the first instructions of a run.
void seam_begin_run(engine *e, uint64_t budget);

// Takes back all that was granted and not used, so that the next block does not start.
void seam_take_back(engine *e);

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

// noinline also keeps them in one piece: the compiler would move what it thinks is unlikely into a function of its own,
// and ask for the return address there (TRANSLATED).
#define REPLACED(result, name, parameters) __attribute__((noinline)) result OURS(name) parameters;
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
