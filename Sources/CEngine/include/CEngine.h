// SPDX-License-Identifier: GPL-2.0-or-later
//
// The seam to libunicorn: one x86-64 processor whose address translation, ports, devices, CPUID and time are
// its owner's. Nothing outside this target knows that libunicorn is there.
//
// What the library does is translate and execute instructions. What it does wrong or leaves out for a whole PC
// is put right here, by functions that carry the names of the library's own and are found before them:
//   mmu.c      every TLB miss asks the owner; stores are fast; self-modifying code is exact
//   tlb.c      the library's cached translations, read from outside
//   count.c    instructions are counted inline in the translated code, and runs end at exact counts
//   events.c   exceptions, interrupts and task switches, and what is due between two instructions, are the owner's to deliver
//   flow.c     the blocks that were executed, in their order
//   place.c    runs end before the instruction at an address
//   entries.c  how often translated code is entered
//   tasks.c    far JMP, CALL and IRET where they switch tasks
//   return.c   IRET is quick, and it and far RET are checked in full
//   calls.c    SYSCALL, SYSENTER and the ways back
//   registers.c, branches.c, decode.c  other checks that the library leaves out
//   control.c  tells of control registers and descriptor tables
//   stores.c   tells of stores to certain pages
//   helpers.c  IN, OUT, RDTSC, CPUID, HLT
//   debug.c    debug registers, single steps, watched accesses
//   selftest.c proves at start that all this is in force with the library that is installed
//
// An engine belongs to one thread at a time. engine_pause() alone may be called from any thread or signal handler.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct engine engine;

// --- what the owner answers ---------------------------------------------------------------------------------

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_access_read = 0,
  engine_access_write = 1,
  engine_access_fetch = 2,
} engine_access;

// Who makes an access. The library tells supervisor accesses that SMAP keeps from user pages from those that
// it lets through (EFLAGS.AC set, or CR4.SMAP clear).
typedef enum __attribute__((enum_extensibility(closed))) {
  engine_supervisor_without_user_pages = 0,
  engine_user = 1,
  engine_supervisor = 2,
} engine_privilege;

// The registers that decide a translation, as they are at the access.
typedef struct {
  uint64_t cr0, cr3, cr4, efer;
} engine_paging;

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_page_ram = 0,    // address: offset of the byte in the engine's RAM
  engine_page_device = 1, // address: guest physical address; accesses call device_read and device_write
  engine_page_fault = 2,  // vector and error_code: the exception to raise; CR2 is set for #PF
} engine_page_kind;

enum { engine_may_read = 1, engine_may_write = 2, engine_may_execute = 4 };

// The answer to a TLB miss.
typedef struct {
  uint64_t address;
  uint32_t error_code;
  uint8_t kind; // engine_page_kind
  uint8_t vector;
  uint8_t rights;  // engine_may_*: what is allowed without asking again
  uint8_t watched; // engine_may_read, engine_may_write: what calls `accessed` each time, and is told
} engine_page;

typedef struct {
  uint32_t eax, ebx, ecx, edx;
} engine_cpuid;

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_event_exception, // raised by the processor; RIP is at the instruction. INT1 (F1) comes as an invalid opcode.
  engine_event_software,  // INT n, INT3 or INTO; RIP is behind the instruction
  // An instruction switches tasks, outside IA-32e mode; RIP is at it, and it counts by engine_retire().
  engine_event_task_jump,   // JMP to the TSS or task gate of `selector`
  engine_event_task_call,   // CALL likewise
  engine_event_task_return, // IRET with NT set
  engine_event_address,     // a data access at an address that is not canonical (engine_event_place). The vector is #GP;
                            // it is #SS if the instruction reaches the address through SS
  engine_event_branch,      // a near jump, call or return to such an address: #GP. RSP is as behind it
} engine_event_kind;

// Something that the processor cannot go on with by itself: it is the owner's to deliver.
typedef struct {
  uint8_t kind; // engine_event_kind
  uint8_t vector;
  uint8_t length; // of the instruction, in bytes; 0 for an exception
  uint16_t selector; // of a task
  uint32_t error_code;
  uint32_t next; // EIP behind an instruction that switches tasks
} engine_event;

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_register_control,        // number: 0, 3, 4
  engine_register_model_specific, // number: what ECX says
  engine_register_mxcsr,
} engine_register;
// Where the processor stands between two instructions, and what it is ready for there.
typedef struct {
  uint64_t next;             // linear address of the next instruction
  bool is_repetition;        // that is a string instruction with a repeat prefix, and was executed last, too
  bool is_step;              // the instruction that was executed last began with RFLAGS.TF set
  bool follows_stack_switch; // it was MOV SS or POP SS
  bool resumes;              // RFLAGS.RF is set
  bool takes_nmi;            // one is pending and not blocked
  bool takes_interrupt;      // the interrupt line is up and interrupts are enabled
} engine_boundary;

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_goes_on,   // nothing came of it
  engine_delivered, // something was delivered; there may be more
  engine_stops,     // the run ends with engine_exit_stopped
} engine_next;

enum { engine_no_exception = 0xff };

typedef struct {
  uint32_t selector;
  uint64_t base;
  uint32_t limit;
  uint32_t attributes; // bits 8..23 of the descriptor's high half, in place: type, S, DPL, P, AVL, L, D/B, G
} engine_segment;

typedef struct {
  engine_segment cs, ss;
  uint64_t rsp, rip, rflags;
} engine_flow;

// Instructions that go to another privilege or come back without an event.
typedef enum __attribute__((enum_extensibility(closed))) {
  engine_transfer_iret,
  engine_transfer_syscall,
  engine_transfer_sysret,
  engine_transfer_sysenter,
  engine_transfer_sysexit,
} engine_transfer;

// What an instruction loads that is told (engine_tell_control), or reaches.
typedef enum __attribute__((enum_extensibility(closed))) {
  engine_control_register,       // number: 0, 2, 3, 4, 8; value: what it was; loaded: what CR2 and CR8 were given
  engine_control_model_specific, // number: what ECX says; value: what it was
  engine_control_gdtr,
  engine_control_idtr,
  engine_control_ldtr, // number: the selector
  engine_control_tr,   // number: the selector
  engine_control_in,   // number: the port, value: what was read, bytes: how much
  engine_control_out,  // number: the port, value: what is written, bytes: how much
  // Memory is about to be read or written. They come once more for each piece of an access that is cut.
  engine_control_load,  // value: the linear address, bytes: how much, place: where in RAM
  engine_control_store, // likewise
  engine_control_told_store, // likewise, to a page of engine_tell_stores()
  engine_control_stored,     // such a store has been made; not told of all
  engine_control_invlpg, // value: the linear address
  engine_control_base,   // number: 0 FS, 1 GS; value: what it was; loaded: what it will be. By WRFSBASE and WRGSBASE, of
                         // which the 32-bit forms take the lower half
  engine_control_swapgs, // value: what GS had for its base; loaded: what it has
} engine_control_kind;

typedef struct {
  uint8_t kind;  // engine_control_kind
  uint8_t bytes; // of an access
  uint32_t number;
  uint64_t value;
  uint64_t before; // the instructions executed before this one
  uint64_t loaded;
  uint64_t place; // of an access to memory; engine_not_cached if it is not RAM
  engine_paging paging; // before it
} engine_control;

// A block of instructions, as it was translated.
enum { engine_longest_block = 512, engine_no_block = 0xffffffff };
typedef struct {
  uint64_t address; // linear
  uint8_t bits;     // 16, 32 or 64: how it was decoded
  uint16_t instructions, length;
  const uint16_t *starts; // of each instruction, from the address
  const uint8_t *bytes;
} engine_block;

// A block was entered, and RSP as it was then: all its instructions are executed, but for corrections that follow.
typedef struct {
  uint32_t block; // what `translated` has called it; engine_no_block for a correction
  int32_t change; // of a correction: so many instructions of the last block more, mostly less than 0
  uint64_t rsp;
} engine_visit;

// The owner's part. None of these may unwind; each is called on the engine's thread, in the middle of engine_run().
typedef struct {
  void *context;
  // The processor stands where the event says; engine_set_flow() moves it on. False ends the run with
  // engine_exit_event.
  bool (*deliver)(void *context, engine_event event);
  // The processor is between two instructions, and something is due there.
  engine_next (*boundary)(void *context, const engine_boundary *at);
  // While transfers are told (engine_tell_transfers): one has been carried out. `from` is where the processor stood, at
  // the instruction; it stands at the target.
  void (*transferred)(void *context, engine_transfer transfer, const engine_flow *from);
  // While control registers or ports are told (engine_tell_control): an instruction has loaded or read one, or is about to
  // write to a port, or to reach memory (engine_tell_accesses). RIP is at it.
  void (*controlled)(void *context, const engine_control *control);
  // Whether a far JMP or CALL to this selector in protected mode is one to a TSS or a task gate.
  bool (*is_task)(void *context, uint16_t selector);
  // MOV to CR0, CR3 or CR4 (`number`) is about to change the registers of `now` to those of `next`. False raises #GP(0).
  bool (*load_control)(void *context, int number, const engine_paging *now, const engine_paging *next);
  engine_page (*translate)(void *context, const engine_paging *paging, uint64_t linear, engine_access access,
                           engine_privilege privilege);
  uint32_t (*port_read)(void *context, uint16_t port, uint32_t bytes);
  void (*port_write)(void *context, uint16_t port, uint32_t bytes, uint32_t value);
  uint64_t (*device_read)(void *context, uint64_t physical, uint32_t bytes);
  void (*device_write)(void *context, uint64_t physical, uint32_t bytes, uint64_t value);
  uint64_t (*time_stamp)(void *context); // RDTSC
  void (*set_time_stamp)(void *context, uint64_t value);
  // An instruction writes `value` to a register: false for #GP(0), else what the register will hold is in `value`.
  bool (*admits)(void *context, engine_register which, uint32_t number, uint64_t *value);
  bool (*has_model_specific)(void *context, uint32_t number); // RDMSR: false for #GP(0)
  // The values of ModRM.reg with which this opcode (0x0fXX if it has two bytes) takes LOCK on memory, a bit for each.
  uint8_t (*lockable)(void *context, uint32_t opcode);
  // Whether the memory operand of this opcode must lie at a multiple of 16; `prefix` is 0x66, 0xF2, 0xF3 or 0.
  bool (*aligned)(void *context, uint32_t opcode, uint8_t prefix);
  // An access to a watched page; its instruction may still fault, and be begun again.
  void (*accessed)(void *context, uint64_t linear, uint32_t bytes, bool is_write);
  // MOV to or from a debug register: the vector of the exception that it raises instead, or engine_no_exception.
  uint8_t (*move_debug)(void *context, uint8_t number, bool is_write, uint64_t *value);
  engine_cpuid (*cpuid)(void *context, uint32_t leaf, uint32_t subleaf);
  // While visits are noted (engine_note_visits): a block was translated, and gets a number, the smaller the better.
  uint32_t (*translated)(void *context, const engine_block *block);
  void (*visited)(void *context, const engine_visit *visits, size_t count);
  void (*forgotten)(void *context); // all numbers of blocks are free again
} engine_owner;

// What the processor promises, as the words of CPUID; instructions outside them are #UD.
typedef struct {
  uint32_t leaf1_edx, leaf1_ecx, leaf7_ebx, extended1_edx, extended1_ecx;
  uint32_t vendor[3]; // EBX, EDX, ECX of leaf 0
} engine_features;

// --- life ------------------------------------------------------------------------------------------------------

// Why an engine could not be opened: sentences for a person. NUL-terminated.
typedef struct {
  char what[256];     // what was being checked or done
  char expected[128]; // empty if there is nothing to compare
  char found[128];
} engine_error;

// Opens an engine over `ram_size` bytes at `ram` (page aligned, a multiple of 4096; the caller keeps it alive).
// The first engine of a process also tests the seam, and needs 16 KiB of RAM for it, left as it was.
// Returns NULL and fills `error` if that fails.
engine *engine_open(uint8_t *ram, uint64_t ram_size, const engine_owner *owner, const engine_features *features,
                    engine_error *error);
void engine_close(engine *e);

// --- running -----------------------------------------------------------------------------------------------------

typedef enum __attribute__((enum_extensibility(closed))) {
  engine_exit_budget,    // the budget is spent, to the instruction
  engine_exit_paused,    // engine_pause() was called
  engine_exit_arrived,   // the instruction at engine_stop_at()'s place is the next
  engine_exit_stopped,   // a callback called engine_stop()
  engine_exit_halted,    // HLT was executed; RIP is behind it
  engine_exit_event,     // the owner did not deliver an event: `event` tells which
  engine_exit_failed,    // the library gave up; library_error is its uc_err
} engine_exit_kind;

typedef struct {
  engine_exit_kind kind;
  engine_event event;
  int library_error;
} engine_exit;

// Executes up to `budget` instructions from where the processor stands.
engine_exit engine_run(engine *e, uint64_t budget);

// From a callback: ends engine_run() at the next block of instructions. Behind IN and OUT that is at once, with RIP
// at the instruction that follows.
void engine_stop(engine *e);

// Has runs end before they execute the instruction at `linear`, with engine_exit_arrived, or not. Outside engine_run(). All
// code is translated anew when the place changes.
void engine_stop_at(engine *e, bool stops, uint64_t linear);

// If the processor stands at that place, the next run goes on from it.
void engine_pass_place(engine *e);

// From a callback: takes up to `amount` from the budget under way, as if so many instructions had been executed,
// without counting them.
void engine_spend(engine *e, uint64_t amount);

// From deliver: the instruction that switched tasks is complete, so it counts.
void engine_retire(engine *e);

// From deliver: the address that an event is about, if its kind has one.
uint64_t engine_event_place(const engine *e);

// Raises or lowers the line from the interrupt controller. From a callback too: behind IN and OUT it counts at once.
void engine_set_interrupt_line(engine *e, bool raised);

// Has NMI pending or not; from a callback too.
void engine_set_nmi(engine *e, bool pending);

// From boundary: NMI is blocked until the next IRET.
void engine_block_nmi(engine *e);

// Whether something that HLT does not wait for is due at the start of the next run: a single step's trap, or NMI.
bool engine_is_due(const engine *e);

// Has `boundary` called between any two instructions, repetitions of string instructions included; from a callback too.
// Costs some ten nanoseconds an instruction.
void engine_watch(engine *e, bool watching);

// From anywhere, signal handlers included: ends engine_run() within a million instructions, or the next one
// if none is under way.
void engine_pause(engine *e);

// Instructions executed since the engine was opened. Exact outside engine_run() and in port_read, port_write and
// time_stamp (where it includes the instruction that asks); within a block of it elsewhere. Each visit of a
// repeated string instruction counts; an instruction that a fault kept from completing does not.
uint64_t engine_instructions(const engine *e);

// --- state -------------------------------------------------------------------------------------------------------

typedef struct {
  uint64_t base;
  uint32_t limit;
} engine_table;

typedef struct {
  uint64_t gpr[16]; // RAX RCX RDX RBX RSP RBP RSI RDI R8..R15
  uint64_t rip;     // offset in CS
  uint64_t rflags;
  engine_segment es, cs, ss, ds, fs, gs, ldtr, tr;
  engine_table gdtr, idtr;
  uint64_t cr0, cr2, cr3, cr4, efer;
} engine_state;

// RFLAGS.IF.
bool engine_takes_interrupts(const engine *e);

void engine_get_state(engine *e, engine_state *state);

// Makes the processor stand as `state` says, CPL by SS.DPL, and forgets cached translations.
void engine_set_state(engine *e, const engine_state *state);

// Makes the processor go on elsewhere, as a delivery does; CPL is SS.DPL. From deliver and interrupt too.
void engine_set_flow(engine *e, const engine_flow *flow);

static const uint64_t engine_not_cached = ~0ull;

// Where the byte at `linear` lies in RAM, if the engine has the translation for such an access cached, with nothing left
// to be set in the paging structures; engine_not_cached if it has not, or the page is no RAM. Asks nobody.
uint64_t engine_cached_offset(const engine *e, uint64_t linear, engine_access access, engine_privilege privilege);

// From a callback: asks the owner for the translation, as the access would, and caches it if there is one.
void engine_cache(engine *e, uint64_t linear, engine_access access, engine_privilege privilege);

// Has the owner told of each IRET and system call from now on, or not: they take longer then.
void engine_tell_transfers(engine *e, bool tells);

// Has the owner told of each load of a control register, a model-specific register or a descriptor table register, or of
// each access to a port, from now on; or not.
void engine_tell_control(engine *e, bool control, bool ports);

// Has the owner told of each access to a page that `translate` says is watched, from now on, or not; outside
// engine_run().
void engine_tell_accesses(engine *e, bool tells);

// Has the owner told of each store to the page at `offset` in RAM from now on, or not; from a callback too.
void engine_tell_stores(engine *e, uint64_t offset, bool tells);

// Has the owner told which blocks are executed, or not; `singly`: each instruction is a block of its own. Outside
// engine_run(). False if there is no memory for it.
bool engine_note_visits(engine *e, bool noted, bool singly);

// From a callback: tells the visits that were noted and not told yet. The last one is of the block under way.
void engine_flush_visits(engine *e);

// Counts from now on, from 0, how often translated code was entered from outside: blocks that are linked to each other
// need it once. False if the library is not as it should be.
bool engine_count_entries(engine *e);
uint64_t engine_entries(const engine *e);

// Forgets every cached address translation.
void engine_flush_translations(engine *e);

// To be called after the owner wrote into RAM at `offset`: instructions translated from there are forgotten.
void engine_ram_changed(engine *e, uint64_t offset, uint64_t length);
