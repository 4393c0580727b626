// SPDX-License-Identifier: GPL-2.0-or-later
@main
struct Kernel {
  static func main() {}
}
