// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Other processes, as there are on a machine that somebody uses: a short one on each core twenty times a second.
///
/// A processor learns of code that goes round; some learn, as it seems, that a load has to wait for a store, and then run
/// one and the same loop three times slower until another process has been on the core. On a machine without any other
/// processes, which of its speeds a program has would be luck for as long as it runs.
struct Company: ~Copyable {
  private let shell: Child

  /// Has them come, until `leave` or the end of this program.
  init() throws(BenchError) {
    shell = try Child([
      "sh", "-c",
      """
      cores=$(seq 0 $(($(nproc) - 1)))
      while kill -0 $PPID; do
        for core in $cores; do taskset -c $core true; done
        sleep 0.05
      done
      """,
    ])
  }

  /// No more come.
  consuming func leave() {
    shell.signal(SIGTERM)
    _ = shell.wait()
  }
}
