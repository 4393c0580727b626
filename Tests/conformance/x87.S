// SPDX-License-Identifier: GPL-2.0-or-later
// Pending x87 exceptions: which instructions look for one before they begin.
#include "long.h"

        .set    UNMASKED, 0x37b                 // division by zero
        .set    MASKED, 0x37f
        .set    WORD, NOW + 0x1c0               // eight bytes that nobody uses

        // Divides by zero.
.macro  pend
        mov     dword ptr [WORD], UNMASKED
        fldcw   [WORD]
        fld1
        fldz
        fdivp   st(1), st(0)
.endm
.macro  behind name, instruction:vararg
case \name
        pend
at;     \instruction
        jmp     finished
.endm
        behind  wait, fwait
        behind  nop, fnop
        behind  load-constant, fld1
        behind  load, fld dword ptr [WORD]
        behind  store, fst dword ptr [WORD]
        behind  store-integer, fistp qword ptr [WORD]
        behind  add, fadd st(0), st(0)
        behind  compare, fcomi st(0), st(1)
        behind  free, ffree st(0)
        behind  load-control-word, fldcw [WORD]
        behind  load-environment, fldenv [NOW + 0x180]
        behind  mmx, paddb mm0, mm1
        behind  mmx-move, movd mm0, ecx
        behind  mmx-end, emms
        behind  sse, paddb xmm0, xmm1
        behind  store-control-word, fnstcw [WORD]
        behind  store-status-word, fnstsw ax
        behind  store-status-word-to-memory, fnstsw [WORD]
        behind  initialize, fninit
        behind  clear, fnclex
        behind  store-environment, fnstenv [NOW + 0x180]
case absent-operand
        pend
at;     fld     dword ptr [0x40000000]
        jmp     finished
case cleared
        pend
        fnclex
at;     fld1
        jmp     finished
case masked
        fld1
        fldz
        fdivp   st(1), st(0)
        fld1
at;     fwait
        jmp     finished
        // Unmasked when it is pending already.
case unmasked-later
        fld1
        fldz
        fdivp   st(1), st(0)
        mov     dword ptr [WORD], UNMASKED
        fldcw   [WORD]
at;     fld1
        jmp     finished
case masked-later
        pend
        fnclex
        mov     dword ptr [WORD], MASKED
        fldcw   [WORD]
        fld1
        fldz
        fdivp   st(1), st(0)
at;     fld1
        jmp     finished
case unmasked-by-environment
        fnstenv [NOW + 0x180]
        mov     word ptr [NOW + 0x180], UNMASKED
        fldenv  [NOW + 0x180]
        fld1
        fldz
        fdivp   st(1), st(0)
at;     fld1
        jmp     finished
case switched-off
        pend
        mov     rax, cr0
        bts     rax, 3
        mov     cr0, rax
        mov     eax, 0
at;     fld1
        jmp     finished
        // The instruction that divides is not blamed, the next one is, however far it is.
case later
        pend
        mov     ecx, 3
1:      dec     ecx
        jnz     1b
at;     fchs
        jmp     finished
