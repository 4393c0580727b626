// SPDX-License-Identifier: GPL-2.0-or-later
// Page faults with 32-bit paging and with PAE paging: levels, rights, large pages, reserved bits.
#include "protected.h"

        .set    P, 1
        .set    RW, 2
        .set    US, 4
        .set    PS, 0x80
        .set    WINDOW, 0x40000000
        .set    PAGE, WINDOW + 0x4000           // what the case makes of it
        .set    LARGE, WINDOW + 0x400000

        .bss
        .balign 4096
directory: .skip 4096                           // 32-bit: entries 0 and 256; PAE: entries 0 to 3
pae_directory: .skip 4096                       // of the window
table:  .skip   4096
frame:  .skip   4096
pointers: .skip 4096

        .text
.macro  control register, bits
        mov     eax, \register
        or      eax, \bits
        mov     \register, eax
.endm
.macro  done
        mov     eax, 0
        push    2
        popfd
.endm
        // Low memory one to one for everybody, WP; PAGE with these flags, LARGE with those.
.macro  two_level flags, large=0, upper=P|RW|US
        mov     dword ptr [directory], P|RW|US|PS
        mov     dword ptr [directory + 0x400], offset table + (\upper)
        mov     dword ptr [directory + 0x404], \large
        mov     dword ptr [table + 16], offset frame + (\flags)
        control cr4, 1 << 4                     // PSE
        mov     eax, offset directory
        mov     cr3, eax
        control cr0, 1 << 31 | 1 << 16
        done
.endm
.macro  pae flags, high=0, large=0, pointer=P
        mov     dword ptr [pointers], offset directory + P
        mov     dword ptr [pointers + 8], offset pae_directory + (\pointer)
        mov     dword ptr [directory], P|RW|US|PS
        mov     dword ptr [pae_directory], offset table + P + RW + US
        mov     dword ptr [pae_directory + 16], \large
        mov     dword ptr [table + 32], offset frame + (\flags)
        mov     dword ptr [table + 36], \high
        control cr4, 1 << 5                     // PAE
        mov     ecx, 0xc0000080                 // EFER: NXE
        mov     eax, 1 << 11
        mov     edx, 0
        wrmsr
        mov     ecx, 0
        mov     eax, offset pointers
        mov     cr3, eax
        control cr0, 1 << 31 | 1 << 16
        done
.endm
.macro  run_page
        mov     ebx, PAGE
        jmp     ebx
.endm
.macro  for_ring name, setup, ring, instruction:vararg
case \name
        \setup
        .if     \ring
        in_ring_3
        mov     eax, DATA3
        mov     ds, eax
        mov     eax, 0
        .endif
at;     \instruction
        .if     \ring
        finish_in_ring_3
        .endif
.endm
        for_ring two-level-absent-read, "two_level 0", 0, mov ebx, [PAGE]
        for_ring two-level-absent-write, "two_level 0", 0, mov [PAGE], ebx
        for_ring two-level-read-only-write, "two_level P", 0, mov [PAGE], ebx
        for_ring two-level-fetch-absent, "two_level 0", 0, run_page
        for_ring two-level-directory-absent, "two_level P", 0, mov ebx, [WINDOW + 0x800000]
        for_ring two-level-directory-read-only, "two_level P|RW, 0, P", 0, mov [PAGE], ebx
        for_ring two-level-large-read-only, "two_level P, PS|P", 0, mov [LARGE + 0x123456], ebx
        for_ring two-level-large-reserved, "two_level P, PS|P|1<<21", 0, mov ebx, [LARGE]
        for_ring two-level-user-reads-supervisor, "two_level P|RW", 3, mov ebx, [PAGE]
        for_ring two-level-user-writes-read-only, "two_level P|US", 3, mov [PAGE], ebx
        for_ring two-level-user-fetch-supervisor, "two_level P|RW", 3, run_page
        for_ring two-level-user-writes-absent, "two_level 0", 3, mov [PAGE], ebx
        for_ring two-level-user-allowed, "two_level P|RW|US", 3, mov [PAGE], ebx
        for_ring pae-absent-read, "pae 0", 0, mov ebx, [PAGE]
        for_ring pae-read-only-write, "pae P", 0, mov [PAGE], ebx
        for_ring pae-reserved, "pae P|RW, 1<<20", 0, mov ebx, [PAGE]
        for_ring pae-no-execute, "pae P|RW, 1<<31", 0, run_page
        for_ring pae-fetch-absent, "pae 0", 0, run_page
        for_ring pae-pointer-absent, "pae P", 0, mov ebx, [0x80000000]
        for_ring pae-large-read-only, "pae P, 0, PS|P", 0, mov [LARGE + 0x12345], ebx
        for_ring pae-large-reserved, "pae P, 0, PS|P|1<<13", 0, mov ebx, [LARGE]
        for_ring pae-user-reads-supervisor, "pae P|RW", 3, mov ebx, [PAGE]
        for_ring pae-user-no-execute, "pae P|RW|US, 1<<31", 3, run_page
        for_ring pae-user-allowed, "pae P|RW|US", 3, mov [PAGE], ebx
case pae-pointer-reserved
        pae     P
        mov     dword ptr [0x5000], offset directory + P + RW
        mov     edi, 0x5000
at;     mov     cr3, edi
case pae-pointer-kept
        pae     P|RW
        mov     dword ptr [pointers + 8], 0
at;     mov     [PAGE], ebx
.macro  pointer_loaded_by name, register, bits
case \name
        pae     P|RW
        mov     dword ptr [pointers + 8], 0
        control \register, \bits
        done
at;     mov     [PAGE], ebx
.endm
        pointer_loaded_by pae-pointer-loaded-by-cr3, cr3, 0
        pointer_loaded_by pae-pointer-loaded-by-pge, cr4, 1 << 7
        pointer_loaded_by pae-pointer-loaded-by-cd, cr0, 1 << 30
        pointer_loaded_by pae-pointer-kept-by-ts, cr0, 1 << 3
case pae-pointer-reserved-cr0
        mov     dword ptr [pointers + 24], P | 1 << 8
        mov     eax, offset pointers
        mov     cr3, eax
        control cr4, 1 << 5
        done
        mov     eax, 0x80000033
at;     mov     cr0, eax
case pae-pointer-reserved-cr4
        mov     dword ptr [directory], P|RW|US|PS
        mov     dword ptr [directory + 4], P|RW
        control cr4, 1 << 4
        mov     eax, offset directory
        mov     cr3, eax
        control cr0, 1 << 31
        done
        mov     eax, 0x30
at;     mov     cr4, eax
case pae-pointer-reserved-absent
        pae     P|RW
        mov     dword ptr [pointers + 24], 0x1e6
at;     control cr3, 0
        mov     eax, 0
        jmp     finished
case two-level-stack-absent
        two_level 0
        gate    8, 0x85                         // a task gate: another stack
        gate_selector 8, TASK
        mov     dword ptr [task_tss + 0x1c], offset directory
        mov     esp, PAGE + 8
at;     push    ebx
        jmp     finished
