// SPDX-License-Identifier: GPL-2.0-or-later
// nested.c in C++: its names are mangled.

namespace screen {

class Console {
 public:
  explicit Console(unsigned long address) : cells(reinterpret_cast<unsigned short *>(address)) {}

  __attribute__((noinline)) void put(char character) {
    cells[row * 80] = static_cast<unsigned char>(character);  // the fault
    row = row + 1;
  }

  template <typename Text>
  __attribute__((noinline)) int print(Text text) {
    int count = 0;
    for (; *text; text++, count++) put(*text);
    return count;
  }

 private:
  volatile unsigned short *cells;
  volatile int row = 0;
};

}  // namespace screen

extern "C" void kernel_main() {
  screen::Console console(0xb8000000);  // three digits too many: not mapped
  console.print("Hello");
  console.print("World");
}
