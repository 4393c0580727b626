// SPDX-License-Identifier: GPL-2.0-or-later
// A page fault in a function that stands in the code of a method, which stands in that of a third. The lines that
// are to be named say so.

namespace screen {

[[gnu::always_inline]] inline void poke(volatile unsigned short *cell, char character) {
  *cell = static_cast<unsigned short>(character);  // the fault
}

struct Console {
  volatile unsigned short *cells;

  [[gnu::always_inline]] void put(int row, char character) {
    poke(cells + row * 80, character);  // the inner call
  }

  [[gnu::noinline]] int print(const char *text) {
    int row = 0;
    while (*text) put(row++, *text++);  // the outer call
    return row;
  }
};

}  // namespace screen

extern "C" void kernel_main() {
  // Three digits too many: not mapped.
  screen::Console console{reinterpret_cast<unsigned short *>(0xb8000000)};
  console.print("Hello");
}
