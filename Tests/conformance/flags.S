// SPDX-License-Identifier: GPL-2.0-or-later
// The arithmetic flags behind instructions that change some of them, or none. In front of each stands a comparison, mostly
// of 1 with 2: CF, PF, AF and SF.
#include "protected.h"

case loopne-to-zero
        mov     ecx, 1
        cmp     ecx, 2
        loopne  1f
1:
at;     int3
case loope-to-zero
        mov     ecx, 1
        cmp     ecx, 2
        loope   1f
1:
at;     int3
case loopne-goes-on
        mov     ecx, 2
        cmp     ecx, 3
        loopne  1f
        jmp     finished
1:
at;     int3
case compare-exchange-8-bytes
        mov     ecx, 1
        mov     [NOW], eax
        mov     [NOW + 4], edx
        cmp     ecx, 2
        cmpxchg8b[NOW]
at;     int3
case compare-exchange-8-other-bytes
        mov     ecx, 1
        mov     dword ptr [NOW], 5
        cmp     ecx, 2
        cmpxchg8b[NOW]
at;     int3
case set-if-below-or-equal
        mov     ecx, 1
        cmp     ecx, 2
        setbe   [NOW]
        mov     bl, [NOW]
at;     int3
case rotate-through-carry
        mov     ecx, 1
        mov     byte ptr [NOW], 0x40
        cmp     ecx, 2
        rcl     byte ptr [NOW], 1
        mov     bl, [NOW]
at;     int3
case load-access-rights
        mov     ecx, 1
        mov     ebx, DATA0
        cmp     ecx, 2
        lar     ebx, bx
at;     int3
case verify-for-reading
        mov     ecx, 1
        mov     ebx, DATA0
        cmp     ecx, 2
        verr    bx
at;     int3
case adjust-privilege
        mov     ecx, 1
        mov     ebx, 3
        mov     word ptr [NOW], 8
        cmp     ecx, 2
        arpl    [NOW], bx
at;     int3
        // An instruction that changes the block that it is a part of is begun again: nothing of it may have happened.
case rotate-own-code
        mov     ecx, 1
        cmp     ecx, 2
        rcl     byte ptr [1f - 1], 1
        mov     bl, 0x40
1:
at;     int3
case set-own-code
        mov     ecx, 1
        cmp     ecx, 2
        setbe   byte ptr [1f - 1]
        mov     bl, 0x40
1:
at;     int3
case increment-own-code
        mov     ecx, 1
        cmp     ecx, 2
        inc     byte ptr [1f - 1]
        mov     bl, 0x40
1:
at;     int3
case exchange-own-code
        mov     ecx, 1
        mov     edx, 0x11
        cmp     ecx, 2
        xadd    byte ptr [1f - 1], dl
        mov     bl, 0x40
1:
at;     int3
        jmp     finished
