// SPDX-License-Identifier: GPL-2.0-or-later
// nested.c in Rust: its names are mangled.
#![no_std]

mod screen {
    pub struct Console {
        pub cells: *mut u16,
        pub row: usize,
    }

    impl Console {
        #[inline(never)]
        fn put(&mut self, character: u8) {
            unsafe { *self.cells.wrapping_add(self.row * 80) = character as u16 } // the fault
            self.row += 1;
        }

        #[inline(never)]
        pub fn print(&mut self, text: &[u8]) -> usize {
            let mut count = 0;
            for character in text {
                self.put(*character);
                count += 1;
            }
            count
        }
    }
}

#[no_mangle]
pub extern "C" fn kernel_main() {
    // Three digits too many: not mapped.
    let mut console = screen::Console { cells: 0xb8000000 as *mut u16, row: 0 };
    console.print(b"Hello");
    console.print(b"World");
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
