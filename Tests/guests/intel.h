/* SPDX-License-Identifier: GPL-2.0-or-later */

/* guest.h for guests that are written in Intel syntax. */

#include "guest.h"
    HEADER
    .text
    .intel_syntax noprefix

/* Ends the run with `value`. */
.macro leave_with value
    .att_syntax prefix
    EXIT \value
    .intel_syntax noprefix
.endm

/* Ends the run with `check` unless the flags say `condition`. */
.macro require condition, check
    j\condition 6f
    leave_with \check
6:
.endm
