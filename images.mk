# SPDX-License-Identifier: GPL-2.0-or-later
#
# The bootable images: `make images` builds images/*.elf, `make iso` the same as GRUB ISO files.
# Recipes and what each image shows: images/README.md.

SWIFT ?= swift

# The assembler and linker are those of the Swift toolchain, or Debian's if it has none. Asked for
# when a recipe needs them; the path of `swift` may be that of a launcher such as swiftly's.
TOOLCHAIN = $(shell $(SWIFT) -print-target-info | sed -n 's|.*Path": "\(.*\)/lib/swift".*|\1/bin|p')
IMAGE_CC = $(firstword $(wildcard $(TOOLCHAIN)/clang /usr/bin/clang))
IMAGE_LD = $(firstword $(wildcard $(TOOLCHAIN)/ld.lld /usr/bin/ld.lld))
OBJCOPY = $(firstword $(wildcard $(TOOLCHAIN)/llvm-objcopy /usr/bin/llvm-objcopy))
CHECK_IMAGE = SWIFT="$(SWIFT)" scripts/check-image

IMAGES := images/minimal.elf images/long-mode.elf images/kernel.elf images/kernel-tests.elf

# One image for each test that the kernel does not survive, and for the one that does not end; the
# main ones boot on QEMU, too.
ENDING_TESTS := hang $(shell sed -n 's/.*EndingTest."\([a-z-]*\)".*/\1/p' \
  Sources/Kernel/SelfTests/EndingTests.swift)
TEST_IMAGES := $(ENDING_TESTS:%=images/tests/%.elf)
ISOS := $(IMAGES:.elf=.iso) $(patsubst %,images/tests/%.iso,stack-overflow free-twice swift-trap lock-twice)

KERNEL_TRIPLE := x86_64-unknown-none-elf
# A build directory of its own: SwiftPM would point .build/release at the kernel's files.
KERNEL_BUILD := .build-kernel
IMAGE_BUILD := .build-images
KERNEL_SOURCES := Package.swift $(shell find Sources/Boot Sources/Kernel Sources/X86 -type f)

.PHONY: images iso
images: $(IMAGES) $(TEST_IMAGES) images/delivery.elf
iso: $(ISOS)

# kernel-image NAME, DIRECTORY, OPTIONS: the kernel, built in DIRECTORY with OPTIONS for the compiler.
# The image goes without debug information, four fifths of the file that SwiftPM links; debuggers and
# kemu find it in NAME.elf.debug, by the section .gnu_debuglink.
define kernel-image
images/$(1).elf: $(KERNEL_SOURCES) $(2)/fresh scripts/check-image
	rm -f $(2)/$(KERNEL_TRIPLE)/release/Kernel
	$(SWIFT) build -c release --product Kernel --triple $(KERNEL_TRIPLE) \
	  --toolset Sources/Kernel/kernel.toolset.json --scratch-path $(2) $(3) \
	  -Xlinker $$(UNICODE_TABLES)
	$$(OBJCOPY) --only-keep-debug $(2)/$(KERNEL_TRIPLE)/release/Kernel $(2)/$(1).elf.debug
	$$(OBJCOPY) --strip-debug --add-gnu-debuglink=$(2)/$(1).elf.debug \
	  $(2)/$(KERNEL_TRIPLE)/release/Kernel $(2)/$(1).elf
	$$(CHECK_IMAGE) $(2)/$(1).elf
	cp $(2)/$(1).elf.debug images/
	cp $(2)/$(1).elf $$@

$(2)/fresh: $(wildcard Sources/Boot/include/*) Sources/Kernel/kernel.toolset.json
	rm -f $(2)/$(KERNEL_TRIPLE)/release/Kernel.build/*.o
	mkdir -p $(2) && touch $$@
endef

# What comparing and hashing strings needs to know of Unicode.
UNICODE_TABLES = $(TOOLCHAIN)/../lib/swift/embedded/$(KERNEL_TRIPLE)/libswiftUnicodeDataTables.a

# SwiftPM does not notice a change in the linker script, hence the `rm` above, nor in a C header
# that Swift imports, nor in the options.
$(eval $(call kernel-image,kernel,$(KERNEL_BUILD)))
$(eval $(call kernel-image,kernel-tests,$(KERNEL_BUILD)-tests,-Xswiftc -DKERNEL_TESTS -Xswiftc -DKERNEL_CHECKS))

# The objects of kernel-tests.elf, linked once more with the name of a test.
images/tests/%.elf: images/kernel-tests.elf scripts/check-image
	mkdir -p images/tests
	printf '.section .rodata.test_case, "a"\n.global test_case\ntest_case: .asciz "%s"\n' '$*' | \
	  $(IMAGE_CC) --target=$(KERNEL_TRIPLE) -x assembler -c - -o $(KERNEL_BUILD)-tests/$*.o
	$(IMAGE_LD) -n --fatal-warnings --gc-sections --strip-debug -T Sources/Kernel/kernel.ld \
	  $(KERNEL_BUILD)-tests/$(KERNEL_TRIPLE)/release/*.build/*.o $(KERNEL_BUILD)-tests/$*.o \
	  $(UNICODE_TABLES) -o $(KERNEL_BUILD)-tests/$*.elf
	$(CHECK_IMAGE) $(KERNEL_BUILD)-tests/$*.elf
	cp $(KERNEL_BUILD)-tests/$*.elf $@

# -n: no page alignment in the file, which would push the header out of its first 32 KiB.
define assembly-image
images/$(1).elf: images/$(1)/$(1).S images/$(1)/$(1).ld scripts/check-image
	mkdir -p $$(IMAGE_BUILD)
	$$(IMAGE_CC) --target=$$(KERNEL_TRIPLE) -c $$< -o $$(IMAGE_BUILD)/$(1).o
	$$(IMAGE_LD) -n --fatal-warnings -T images/$(1)/$(1).ld $$(IMAGE_BUILD)/$(1).o \
	  -o $$(IMAGE_BUILD)/$(1).elf
	$$(CHECK_IMAGE) $$(IMAGE_BUILD)/$(1).elf
	cp $$(IMAGE_BUILD)/$(1).elf $$@
endef
$(foreach name,minimal long-mode,$(eval $(call assembly-image,$(name))))

# A guest of the tests that `kemu demo` plays as well: what its handlers show, the kernel has not.
images/delivery.elf: $(wildcard Tests/guests/*.[Shl]* Tests/guests/Makefile)
	$(MAKE) --no-print-directory -C Tests/guests build/delivery.elf
	cp Tests/guests/build/delivery.elf $@

# Without -d, grub-mkrescue adds every platform that GRUB is installed for.
images/%.iso: images/%.elf images/grub.cfg
	rm -rf $(IMAGE_BUILD)/$*.iso && mkdir -p $(IMAGE_BUILD)/$*.iso/boot/grub
	cp $< $(IMAGE_BUILD)/$*.iso/boot/kernel.elf
	cp images/grub.cfg $(IMAGE_BUILD)/$*.iso/boot/grub/grub.cfg
	grub-mkrescue -d /usr/lib/grub/i386-pc -o $@ $(IMAGE_BUILD)/$*.iso \
	  2>$(IMAGE_BUILD)/$*.log || { cat $(IMAGE_BUILD)/$*.log >&2; rm -f $@; exit 1; }
