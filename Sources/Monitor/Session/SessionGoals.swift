// SPDX-License-Identifier: GPL-2.0-or-later

/// What a session does by itself, and what ends it besides the guest.
public struct SessionGoals: Equatable, Sendable {
  /// The text that ends the run.
  public var until: String?
  /// The keys to type.
  public var keys: [KeyPress] = []
  /// The most instructions to execute.
  public var maxInstructions: UInt64?
  /// The most wall-clock time to spend.
  public var timeout: Duration?
  /// The guest time without change that ends a headless run; zero for never.
  public var idle = Duration.zero

  /// Nothing but the guest itself ends the run.
  public init() {}

  /// The goals among a person's options.
  public init(_ options: RunOptions) {
    until = options.until
    keys = options.keys
    maxInstructions = options.maxInstructions
    timeout = options.timeout
    idle = options.idle
  }
}
