// SPDX-License-Identifier: GPL-2.0-or-later
// Prints the records as one line on COM1 and leaves. 32-bit code for every mode: a handler in
// another one gets here through its own far jump after `lgdt [report_gdt_pointer]`.
//
//     vector=0e error=2 cr2=40000000 rip=at cs=8 rflags=10002 rsp=boot-8 ss=10
//       -> cs=8 rflags=2 rsp=boot-38 ss=10 rax=1
//
// The frame that was pushed, an arrow, the state on entry to the handler, and each register that is
// not as the case started (and DR6 and CR2 if they are not as at reset). Numbers are hexadecimal.
// Addresses near the instruction in question are relative to `at`, addresses in a stack to its top.

        .section .rodata
        .balign 8
report_gdt: .quad 0
        .quad   0x00cf9b000000ffff              // 0x08 32-bit code
        .quad   0x00cf93000000ffff              // 0x10 data
report_gdt_pointer:
        .word   . - report_gdt - 1
        .long   report_gdt, 0
        .balign 4
report_far: .long report
        .word   0x08
register_names: .asciz "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi"
        .asciz  "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "es", "ds", "fs", "gs"
        .bss
        .skip   1024
report_stack:

        .text
        .code32
.macro  print text
        .pushsection .rodata
text\@: .asciz "\text"
        .popsection
        mov     esi, offset text\@
        call    put_string
.endm
        // Prints `text`, then the field of the record at EBX.
.macro  print_field text, field, put=put_number
        print   "\text"
        mov     eax, [ebx + \field]
        mov     edx, [ebx + \field + 4]
        call    \put
.endm

report: cli
        mov     eax, 0x10
        mov     ds, eax
        mov     es, eax
        mov     ss, eax
        mov     esp, offset report_stack
        mov     eax, 0x400                      // no breakpoints from here on
        mov     dr7, eax
        cld
        mov     ebx, RECORDS
1:      call    put_record
        add     ebx, RECORD_SIZE
        dec     dword ptr [recorded]
        jz      2f
        print   " + "
        jmp     1b
2:      mov     al, '\n'
        call    put_byte
        leave_with PASS

put_record:
        cmp     dword ptr [ebx + F_VECTOR], END
        je      2f
        print   "vector="
        mov     eax, [ebx + F_VECTOR]
        ror     eax, 4
        call    put_digit
        rol     eax, 4
        call    put_digit
        cmp     dword ptr [ebx + F_HAS_ERROR], 0
        je      1f
        print_field " error=", F_ERROR
1:      print_field " rip=", F_RIP, put_address
        print_field " cs=", F_CS
        print_field " rflags=", F_RFLAGS
        cmp     dword ptr [ebx + F_HAS_STACK], 0
        je      1f
        print_field " rsp=", F_RSP, put_address
        print_field " ss=", F_SS
1:      cmp     dword ptr [ebx + F_HAS_DATA], 0
        je      1f
        print_field " es=", F_DATA
        print_field " ds=", F_DATA + 8
        print_field " fs=", F_DATA + 16
        print_field " gs=", F_DATA + 24
1:      print   " ->"
        jmp     3f
2:      print   "end"
3:      print_field " cs=", F_IN_CS
        print_field " rflags=", F_IN_RFLAGS
        print_field " rsp=", F_IN_RSP, put_address
        print_field " ss=", F_IN_SS
        mov     eax, [ebx + F_CR2]
        or      eax, [ebx + F_CR2 + 4]
        jz      1f
        print_field " cr2=", F_CR2, put_address
1:      cmp     dword ptr [ebx + F_DR6], 0xffff0ff0
        je      1f
        print_field " dr6=", F_DR6
1:      mov     edi, offset register_names
        xor     ecx, ecx
        mov     ebp, 0xe0e0e0e0                 // what the register held at the start
4:      cmp     ecx, 16
        jb      5f
        mov     ebp, [segment_pattern]
        xor     edx, edx
        jmp     6f
5:      mov     edx, ebp
        and     edx, [wide]
6:      cmp     [ebx + REGISTERS + ecx * 8], ebp
        jne     7f
        cmp     [ebx + REGISTERS + ecx * 8 + 4], edx
        je      8f
7:      cmp     dword ptr [wide], 0             // R8 to R15 are those of 64-bit mode
        jne     9f
        lea     eax, [ecx - 8]
        cmp     eax, 8
        jb      8f
9:      cmp     ecx, 4                          // RSP is shown above
        je      8f
        mov     al, ' '
        call    put_byte
        mov     esi, edi
        call    put_string
        mov     al, '='
        call    put_byte
        mov     eax, [ebx + REGISTERS + ecx * 8]
        mov     edx, [ebx + REGISTERS + ecx * 8 + 4]
        call    put_address
8:      xor     eax, eax                        // to the next name
        push    ecx
        or      ecx, -1
        repne scasb
        pop     ecx
        add     ebp, 0x01010101
        inc     ecx
        cmp     ecx, 20
        jne     4b
        ret

        // EDX:EAX as at+1, boot-28 or a plain number.
put_address:
        test    edx, edx
        jnz     put_number
        push    eax
        sub     eax, [case_at]
        cmp     eax, 0x80
        jl      2f
1:      pop     eax
        jmp     4f
2:      cmp     eax, -0x80
        jl      1b
        add     esp, 4
        print   "at"
3:      test    eax, eax                        // a difference with its sign, or nothing
        jz      9f
        mov     edx, eax
        mov     al, '+'
        jns     1f
        neg     edx
        mov     al, '-'
1:      call    put_byte
        mov     eax, edx
        xor     edx, edx
        jmp     put_number
4:      mov     edx, eax
        sub     edx, offset stacks + 1
        cmp     edx, STACK_SIZE * 7
        mov     esi, offset stack_names
        jb      5f
        xor     edx, edx
        jmp     put_number
5:      sub     edx, STACK_SIZE
        jb      7f
6:      lodsb
        test    byte ptr [esi - 1], 0xff
        jnz     6b
        jmp     5b
7:      push    edx
        call    put_string
        pop     eax
        inc     eax
        jmp     3b
9:      ret

        // EDX:EAX in hexadecimal, without zeros in front.
put_number:
        push    ecx
        mov     ecx, 16
1:      cmp     ecx, 1
        je      2f
        test    edx, 0xf0000000
        jnz     2f
        shld    edx, eax, 4
        shl     eax, 4
        dec     ecx
        jmp     1b
2:      push    eax
        mov     eax, edx
        rol     eax, 4
        call    put_digit
        pop     eax
        shld    edx, eax, 4
        shl     eax, 4
        loop    2b
        pop     ecx
        ret

        // The low four bits of EAX; keeps all registers.
put_digit:
        push    eax
        and     al, 15
        cmp     al, 10
        sbb     al, 0x69
        das
        or      al, 0x20
        call    put_byte
        pop     eax
        ret
put_string:
        push    eax
1:      lodsb
        test    al, al
        jz      2f
        call    put_byte
        jmp     1b
2:      pop     eax
        ret
put_byte:
        push    edx
        push    eax
        mov     edx, 0x3fd
1:      in      al, dx
        test    al, 0x20
        jz      1b
        pop     eax
        mov     edx, 0x3f8
        out     dx, al
        pop     edx
        ret
