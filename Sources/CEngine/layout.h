// SPDX-License-Identifier: GPL-2.0-or-later
//
// Where things lie inside libunicorn 2.0.1 (Debian 2.0.1.post1, amd64), which is QEMU 5.0 underneath. These numbers
// belong to that one build; selftest.c checks them against the library's public interface before any guest runs.
#pragma once
#include <stdint.h>

#define LIBRARY_VERSION "2.0.1"

// Offsets in CPUX86State ("env"), from struct CPUX86State in the library's qemu/target/i386/cpu.h.
enum {
  ENV_REGS = 0,
  ENV_EIP = 128,
  ENV_EFLAGS = 136, // system flags only; the arithmetic ones are lazy, and DF is in ENV_DF
  ENV_CC_DST = 144, // what the arithmetic flags are computed from
  ENV_CC_SRC = 152, // likewise
  ENV_CC_OP = 168,  // how
  ENV_DF = 172,     // 1 or -1: the direction of string instructions
  ENV_HFLAGS = 176,
  ENV_SEGS = 184, // ES CS SS DS FS GS LDT TR GDT IDT, 24 bytes each
  ENV_CR0 = 424,
  ENV_CR2 = 440,
  ENV_CR3 = 448,
  ENV_CR4 = 456,
  ENV_EFER = 560,
  ENV_FPUS = 576, // x87 status word, without TOP and without what ENV_FP_FLAGS has
  ENV_FPUC = 578, // x87 control word
  ENV_FP_FLAGS = 746, // softfloat's exception flags of the x87 unit, ever since they were cleared
  ENV_SYSENTER_CS = 4768,
  ENV_SYSENTER_ESP = 4776,
  ENV_SYSENTER_EIP = 4784,
  ENV_STAR = 4792,
  ENV_LSTAR = 4808,
  ENV_FMASK = 4824,
  ENV_KERNEL_GS_BASE = 4832,
  ENV_TSC_AUX = 4864,
  // Registers that only KVM uses are ours: steal_time_msr, async_pf_en_msr.
  ENV_LEFT = 5320,   // the count of instructions left
  ENV_REPEAT = 5328, // the same, when a repetition of a string instruction began last, plus the mark of its address
  ENV_VISIT = 5336, // pv_eoi_en_msr, KVM's again: where the next visit is noted (flow.c)
  ENV_ERROR_CODE = 5352,
  ENV_EXCEPTION_IS_INT = 5356,
  ENV_OLD_EXCEPTION = 5464,
  ENV_VENDOR = 5584,
  ENV_FEATURES = 5600, // FeatureWordArray, 8 bytes each
  ENV_ICOUNT_DECR = -16,
  ENV_TLB = -64, // CPUTLBDescFast of each MMU index
  ENV_IN_CPU = 0x8750, // of env in CPUState
};

enum { SEGMENT_SIZE = 24, SEGMENT_BASE = 8, SEGMENT_LIMIT = 16, SEGMENT_FLAGS = 20 };
enum { ES, CS, SS, DS, FS, GS, LDTR, TR, GDTR, IDTR };

// Indices of FeatureWordArray (enum FeatureWord).
enum { FEATURES_1_EDX = 0, FEATURES_1_ECX = 1, FEATURES_7_EBX = 2, FEATURES_X1_EDX = 6, FEATURES_X1_ECX = 7 };
enum { FEATURE_WORDS = 34 };

// Bits of env->hflags, the part of the state that translated code depends on.
enum {
  HF_CPL = 3,
  HF_INHIBIT_IRQ = 1 << 3, // behind STI and MOV SS
  HF_CS32 = 1 << 4,
  HF_SS32 = 1 << 5,
  HF_ADDSEG = 1 << 6,
  HF_PE = 1 << 7,
  HF_EM = 1 << 10,
  HF_TS = 1 << 11,
  HF_IOPL = 3 << 12, // this and HF_VM: in RFLAGS, and in the key of blocks only
  HF_LMA = 1 << 14,
  HF_CS64 = 1 << 15,
  HF_VM = 1 << 17,
  HF_SMAP = 1 << 23,
};
enum { RFLAGS_TF = 1 << 8, RFLAGS_IF = 1 << 9, RFLAGS_RF = 1 << 16 }; // TF and RF are part of a block's key, too
#define HF_STEP (1u << 31) // not used by the library, yet part of every block's key: ours, see count.c
#define HF_VISITS (1u << 30) // likewise, see flow.c
#define HF_UNMASKED (1u << 28) // likewise, an x87 exception is: see x87.c
#define HF_ALIGNMENT (1u << 29) // likewise, CR0.AM: see alignment.c

// Offsets in CPUState ("cs").
enum { CPU_INTERRUPT_REQUEST = 28, CPU_ENV_PTR = 296, CPU_CLASS = 0x81b0, CPU_BLOCKS = 0x138, CPU_CLUSTER = 0x8194 };
enum { INTERRUPT_HARD = 2, INTERRUPT_SPENT = 0x2000 }; // the second is SIPI to the library, which never acts on it

enum { CC_OP_EFLAGS = 1 }; // CC_SRC has the arithmetic flags as they are

// CPUTLBDescFast and CPUTLBEntry. An entry's tags are linear addresses of pages, with flags in their lower bits.
enum { TLB_SIZE = 16, TLB_MASK = 0, TLB_TABLE = 8 };
enum { TLB_ENTRY_BITS = 5, TLB_READ_TAG = 0, TLB_WRITE_TAG = 8, TLB_CODE_TAG = 16, TLB_ADDEND = 24 };
enum { TLB_NOT_DIRTY = 1 << 10 }; // stores have to be seen: instructions were translated from the page
enum { TLB_WATCHED = 1 << 8 };    // the library's TLB_WATCHPOINT

// CPUTLBDesc of each MMU index, with the translations that had to give way to others, and where the library keeps what
// belongs to an entry besides: CPUIOTLBEntry.
enum { MMU_INDEXES = 3, DESC_SIZE = 440, ENV_DESC = ENV_TLB - 8 - MMU_INDEXES * DESC_SIZE };
enum { DESC_LARGE_PAGES = 0, DESC_WINDOW = 16, DESC_USED = 32, DESC_VICTIMS = 48, DESC_VICTIM_PLACES = 304, DESC_PLACES = 432 };
enum { VICTIMS = 8, TLB_PLACE_SIZE = 16 };

// In CPUClass: whom an access asks whose address is not aligned as it must be, and one that misses the TLB.
enum { CLASS_MISALIGNED = 24, CLASS_TLB_FILL = 72 };

// Offsets in TranslationBlock.
enum { TB_PC = 0, TB_CS_BASE = 8, TB_FLAGS = 16, TB_SIZE = 20, TB_ICOUNT = 22, TB_CFLAGS = 24, TB_CODE = 32, TB_CODE_SIZE = 40 };
enum { CF_COUNT = 0x7fff };              // of TB_CFLAGS: instructions that the library asked for
enum { CF_NOCACHE = 1 << 16, CF_INVALID = 1 << 18 }; // is to be executed once; is not to be executed any more
enum { RFLAGS_IN_TB_FLAGS = 0x73100 };   // TF, IOPL, RF, VM, AC: with hflags, a block's key
enum { CFLAGS_IN_KEY = (int)0xff0effff }; // how a block was translated, its invalidation, and the cluster

// Offsets in TCGContext, of pointers to code.
enum { TCG_PROLOGUE = 0x90, TCG_EPILOGUE = 0x98 };

// Offset of the arguments in TCGOp, 8 bytes each.
enum { TCG_OP_ARGUMENTS = 24 };

// Offsets in DisasContextBase: instructions begun so far, and the most that the block may have.
enum { TRANSLATION_INSTRUCTIONS = 28, TRANSLATION_MOST = 32 };

// TCG's numbers (tcg-opc.h, tcg.h, tcg-cond.h).
enum { OP_SET_LABEL = 1, OP_MOVI_I32 = 6, OP_LD_I32 = 13, OP_ST_I32 = 16, OP_MOV_I64 = 63, OP_MOVI_I64 = 64, OP_LD_I64 = 73, OP_ST32_I64 = 76, OP_ST_I64 = 77, OP_INSN_START = 129 };
enum { ALIGN_16 = 4 << 4 }; // MemOp
enum { COND_LT = 2, COND_EQ = 8, COND_NE = 9, TYPE_I64 = 1, TB_EXIT_REQUESTED = 3 };

// Offsets in struct uc_struct ("uc").
enum { UC_STOP_INTERRUPT = 0xc8, UC_PIECE_OF = 0x508, UC_NO_EXIT_REQUEST = 0x78a, UC_INIT_DONE = 0x78b };

// Fields at byte offsets of a library object.
#define AT8(object, offset) (*((uint8_t *)(object) + (offset)))
#define AT32(object, offset) (*(uint32_t *)((char *)(object) + (offset)))
#define AT64(object, offset) (*(uint64_t *)((char *)(object) + (offset)))
#define AT16(object, offset) (*(uint16_t *)((char *)(object) + (offset)))
