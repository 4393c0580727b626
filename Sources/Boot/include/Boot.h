// SPDX-License-Identifier: GPL-2.0-or-later
//
// What Swift cannot say: memory and ports that have to be touched exactly as written.
// All of it compiles on the build host as well, where the kernel's tests use the memory half.
#pragma once
#include <stdint.h>

#include "CPUState.h"
#include "Faults.h"
#include "Vectors.h"

// One instruction each: a call would cost more than the work.
#define BOOT_INLINE static inline __attribute__((always_inline))

/// Reads 16 bits at `address`, once, in program order with other volatile accesses.
BOOT_INLINE uint16_t load_volatile_u16(const uint16_t *_Nonnull address) {
  return *(const volatile uint16_t *)address;
}

/// Writes `value` at `address`, once, in program order with other volatile accesses.
BOOT_INLINE void store_volatile_u16(uint16_t *_Nonnull address, uint16_t value) {
  *(volatile uint16_t *)address = value;
}

/// Reads 64 bits at `address`, once, in program order with other volatile accesses.
BOOT_INLINE uint64_t load_volatile_u64(uintptr_t address) {
  return *(const volatile uint64_t *)address;
}

/// Writes `value` at `address`, once, in program order with other volatile accesses.
BOOT_INLINE void store_volatile_u64(uintptr_t address, uint64_t value) {
  *(volatile uint64_t *)address = value;
}

/// Copies the 64 bits at `from`, read once, to `to`, written once.
BOOT_INLINE void copy_volatile_u64(void *_Nonnull to, const void *_Nonnull from) {
  *(volatile uint64_t *)to = *(const volatile uint64_t *)from;
}

/// Tells the processor that this is a loop which waits for another one.
BOOT_INLINE void spin_hint(void) { __builtin_ia32_pause(); }

/// Reads the byte at I/O port `port`.
BOOT_INLINE uint8_t port_in(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
  return value;
}

/// Writes `value` to I/O port `port`.
BOOT_INLINE void port_out(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

/// Has the processor forget its translation of the page at `address`; at CPL 0 only.
BOOT_INLINE void invalidate_page(uintptr_t address) {
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/// Translates by the tables at `value` from now on; at CPL 0 only.
BOOT_INLINE void write_cr3(uint64_t value) {
  __asm__ volatile("movq %0, %%cr3" : : "r"(value) : "memory");
}

/// Writes CR0; at CPL 0 only.
BOOT_INLINE void write_cr0(uint64_t value) {
  __asm__ volatile("movq %0, %%cr0" : : "r"(value) : "memory");
}

/// What CPUID leaves in the four registers.
struct cpuid_result {
  uint32_t eax, ebx, ecx, edx;
};

/// Asks the processor what it is.
BOOT_INLINE struct cpuid_result cpuid(uint32_t leaf, uint32_t subleaf) {
  struct cpuid_result result;
  __asm__("cpuid" : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
          : "a"(leaf), "c"(subleaf));
  return result;
}

/// Reads the time-stamp counter.
BOOT_INLINE uint64_t read_tsc(void) { return __builtin_ia32_rdtsc(); }

/// Reads a model-specific register; at CPL 0 only.
BOOT_INLINE uint64_t read_msr(uint32_t number) {
  uint32_t low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
  return (uint64_t)high << 32 | low;
}

/// Writes a model-specific register; at CPL 0 only.
BOOT_INLINE void write_msr(uint32_t number, uint64_t value) {
  __asm__ volatile("wrmsr" : : "a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(number)
                   : "memory");
}

/// Accepts no maskable interrupts from now on.
BOOT_INLINE void disable_interrupts(void) { __asm__ volatile("cli" : : : "memory"); }

/// Accepts maskable interrupts from now on; at CPL 0 only.
BOOT_INLINE void enable_interrupts(void) { __asm__ volatile("sti" : : : "memory"); }

/// Accepts maskable interrupts, and waits for one. STI lets none through before the instruction behind it.
BOOT_INLINE void enable_interrupts_and_halt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }

/// Accepts no maskable interrupts from now on, and returns what to restore; nothing on the build host.
BOOT_INLINE uint64_t save_and_disable_interrupts(void) {
  uint64_t flags = 0;
#ifndef __linux__
  __asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
#endif
  return flags;
}

/// Accepts maskable interrupts again if it did when `flags` were saved.
BOOT_INLINE void restore_interrupts(uint64_t flags) {
  if (flags & 1 << 9) __asm__ volatile("sti" : : : "memory");
}

/// Which processor runs this; never 0. On bare metal there is one; on the build host, where threads take
/// the place of processors, it is the thread's pointer to itself (Drepper, "ELF Handling For
/// Thread-Local Storage", §3.4.6 "x86-64 Definitions").
BOOT_INLINE uintptr_t current_processor(void) {
#ifdef __linux__
  uintptr_t thread;
  __asm__("movq %%fs:0, %0" : "=r"(thread));
  return thread;
#else
  return 1;
#endif
}

/// Stops the processor for good.
__attribute__((noreturn)) BOOT_INLINE void halt_forever(void) {
  for (;;) __asm__ volatile("cli; hlt");
}

#ifndef __linux__
// interrupts.S.
extern char interrupt_stubs[];
extern uint64_t idt_memory[512], gdt_memory[8];
extern uint32_t tss_memory[26];

/// The address of the stub for `vector`.
BOOT_INLINE uintptr_t interrupt_stub(uint8_t vector) {
  return (uintptr_t)interrupt_stubs + vector * STUB_SIZE;
}

/// The memory of the interrupt descriptor table: 256 entries of two words each.
BOOT_INLINE uint64_t *_Nonnull idt_words(void) { return idt_memory; }

/// The memory of the global descriptor table: 8 words.
BOOT_INLINE uint64_t *_Nonnull gdt_words(void) { return gdt_memory; }

/// The memory of the task-state segment: 26 words.
BOOT_INLINE uint32_t *_Nonnull tss_words(void) { return tss_memory; }

/// Uses the interrupt descriptor table at `entries` from now on.
BOOT_INLINE void load_idt(const uint64_t *_Nonnull entries) {
  struct __attribute__((packed)) { uint16_t limit; uint64_t base; } idt = {
    sizeof idt_memory - 1, (uintptr_t)entries};
  __asm__ volatile("lidt %0" : : "m"(idt));
}

/// Uses the global descriptor table at `entries`, and these selectors of it, from now on.
void load_gdt(const uint64_t *_Nonnull entries, uint64_t last_byte, uint64_t code_selector,
              uint64_t task_selector);

/// 1 if all registers hold after INT3 what they held before it.
int registers_survive_breakpoint(void);

// testcase.S.
extern const char test_case[];

/// The name of the test that the image is for, zero at the end; empty if it is for none.
BOOT_INLINE const char *_Nonnull linked_test_case(void) { return test_case; }

// boot.S.
extern char boot_p4[], boot_stack_end[];

/// The lowest address of the boot stack: behind the page that becomes its guard page. The two page
/// tables that come first are in use until the kernel has its own.
BOOT_INLINE uintptr_t boot_stack_lowest(void) { return (uintptr_t)boot_p4 + 4096; }

/// The address behind the boot stack.
BOOT_INLINE uintptr_t boot_stack_top(void) { return (uintptr_t)boot_stack_end; }
#endif

#ifdef __linux__
// memory.c, for the tests.
#include <stddef.h>
void *_Nonnull boot_memcpy(void *_Nonnull to, const void *_Nonnull from, size_t count);
void *_Nonnull boot_memmove(void *_Nonnull to, const void *_Nonnull from, size_t count);
void *_Nonnull boot_memset(void *_Nonnull to, int byte, size_t count);
int boot_memcmp(const void *_Nonnull a, const void *_Nonnull b, size_t count);
#endif
