// SPDX-License-Identifier: GPL-2.0-or-later

/// Checks of the kernel on itself that cost time: of what cannot be, as long as it has no errors.
///
/// They are on where the kernel is tested, on the build host and in its test image (`KERNEL_CHECKS`),
/// and compiled away in the image that people boot.
enum Checks {
  /// Whether they are on.
  static var areOn: Bool {
    #if KERNEL_CHECKS || os(Linux)
      true
    #else
      false
    #endif
  }
}
