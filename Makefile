# SPDX-License-Identifier: GPL-2.0-or-later
# `make run` and `make test` do everything a fresh Debian 12 with Swift needs; `make help` lists all.

# The binary people run has its own build directory: it differs from the tests' build in its flags,
# and in one directory each build would throw the other's objects away (20 s, every time).
# Linked statically, but for zlib and libc, it runs without a toolchain, and the dynamic linker has
# next to nothing to do: with libunicorn.so alone it had 24 000 symbols to find at every start, half
# of the time that a small guest takes. How our functions get in front of the library's then: see
# Sources/CEngine/seam.h. In $(static) there are the .a files and no .so. --exclude-libs keeps zlib
# from calling libunicorn's crc32 in place of its own.
release := .build-release
static  := $(release)/static
KEMU    := $(release)/release/kemu
replaced = $(shell grep '^REPLACED' Sources/CEngine/replaced.def | cut -d, -f2)
clang    = $(foreach word,$(1),-Xswiftc -Xclang-linker -Xswiftc $(word))
flags    = -c release --static-swift-stdlib -Xswiftc -use-ld=lld -Xlinker -L$(static) \
           -Xlinker --exclude-libs=ALL \
           $(call clang,-static-libgcc -no-pie) \
           -Xcc -DSEAM_STATIC $(foreach name,$(replaced),-Xlinker --wrap=$(name))

help:
	@echo 'make run      set up, build, and boot the bundled kernel in this terminal, up to its shell'
	@echo '              KERNEL=FILE boots another one, ARGS="..." adds options (ARGS=--help)'
	@echo 'make test     set up, build, and run every test; FILTER=REGEX runs some'
	@echo 'make lint     formatting and the rules that no compiler checks'
	@echo 'make conformance  what 905 tiny guests see, against QEMU and the manual'
	@echo 'make soak     random guests, twice the same; SOAK="FIRST COUNT" chooses the seeds'
	@echo 'make docs     the recordings and pictures in the documents, as commands show them now'
	@echo 'make bench    a table of times and sizes against QEMU (some minutes)'
	@echo 'make kemu     the release binary only: $(KEMU)'
	@echo 'make images   the bundled kernels; make iso: the same to boot with GRUB'
	@echo 'make clean    remove everything that was built'

# Only the screen goes to stdout, so that `make run | ...` sees nothing else.
run:
	@$(MAKE) --no-print-directory kemu images >&2
	@$(KEMU) run $(if $(KERNEL),'$(KERNEL)',--append shell) $(ARGS)

test: setup-test images iso guests kemu
	@$(MAKE) --no-print-directory conformance >.build-release/conformance.txt || \
	  { grep -A1 '^FAIL' .build-release/conformance.txt; tail -1 .build-release/conformance.txt; exit 1; }
	@tail -1 .build-release/conformance.txt
	@scripts/recordings --check $(KEMU)
	@swift build -c release --package-path Benchmarks --quiet
	@$(MAKE) --no-print-directory soak
	swift test -c release -Xswiftc -enable-testing --disable-xctest \
	  $(if $(FILTER),--filter '$(FILTER)')

# Random guests, a part of them with our code under AddressSanitizer; what libunicorn does not give back is its own
# affair. Not among the tests of `swift test`: it takes both processors.
SOAK      ?= 0 20000
SOAK_ASAN ?= 20000 300
# Seeds beyond those, which once hung or differed.
SOAK_ONCE := 701986 1006968 1011486 1023197 1033476 1040343 1052824 2009060 2032895
soak: setup-run
	@swift build -c release -Xswiftc -enable-testing --product soak
	@scripts/soak .build/release/soak $(SOAK)
	@for seed in $(SOAK_ONCE); do .build/release/soak $$seed 1 || exit; done
	@swift build -c release -Xswiftc -enable-testing --sanitize=address --scratch-path .build-asan --product soak
	@ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 scripts/soak .build-asan/release/soak $(SOAK_ASAN)

lint:
	@scripts/lint

# The pictures are drawn from the cells of a terminal that kemu runs in.
docs: setup-docs kemu images guests
	@scripts/recordings $(KEMU)
	@swift run -c release --package-path Pictures --quiet pictures $(KEMU)

bench: setup-bench kemu images iso
	@$(MAKE) --no-print-directory -C Benchmarks/guests
	@swift build --scratch-path $(release) --product machines $(flags)
	@swift build --scratch-path $(release) --product tracing $(flags)
	@swift run -c release --package-path Benchmarks --quiet bench $(KEMU) $(release)/release/machines \
	  $(release)/release/tracing $(ARGS)

# The stamp saves SwiftPM's own look around (0.6 s); a directory is newer when a file in it goes.
kemu: $(release)/stamp
$(release)/stamp: Makefile Package.swift $(shell find Sources) | setup-run
	@mkdir -p $(static)
	@ln -sf "$$(gcc -print-file-name=libstdc++.a)" "$$(gcc -print-file-name=libunicorn.a)" $(static)/
	@echo 'swift build --product kemu (release)'
	@swift build --scratch-path $(release) --product kemu $(flags)
	@touch $@

# Every case a line; those that Tests/conformance/open.txt lists are expected to differ.
conformance: kemu
	@$(MAKE) --no-print-directory -C Tests/conformance >&2
	@Tests/conformance/run $(KEMU)

guests: setup-test
	@$(MAKE) --no-print-directory -C Tests/guests

images iso: setup-run

setup-run setup-test setup-bench setup-docs: setup-%:
	@scripts/setup $*

clean:
	rm -rf .build .build-* Benchmarks/.build Pictures/.build Benchmarks/guests/build Tests/guests/build
	rm -rf images/*.elf images/*.elf.debug images/*.iso images/tests

-include images.mk

.PHONY: help run test lint soak docs bench conformance kemu guests images iso clean setup-run setup-test setup-bench setup-docs
.NOTPARALLEL:
