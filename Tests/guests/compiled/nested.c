// SPDX-License-Identifier: GPL-2.0-or-later
// A page fault three calls deep, without an IDT. The line that is to be named says so.

struct console {
  volatile unsigned short *cells;
  int row;
};

__attribute__((noinline)) static void put(struct console *console, char character) {
  console->cells[console->row * 80] = (unsigned short)character;  // the fault
  console->row++;
}

__attribute__((noinline)) static int print(struct console *console, const char *text) {
  int count = 0;
  for (; *text; text++, count++) put(console, *text);
  return count;
}

void kernel_main(void) {
  // Three digits too many: not mapped.
  struct console console = {(unsigned short *)0xb8000000, 0};
  print(&console, "Hello");
  print(&console, "World");
}
