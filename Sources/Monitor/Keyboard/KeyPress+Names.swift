// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension KeyPress {
  /// The key press with a name such as `F1`, `Up`, `Ctrl-C` or `Ctrl-Alt-Del`, in any case.
  public init?(named name: some StringProtocol) {
    var modifiers: Modifiers = []
    var parts = name.lowercased().split(separator: "-", omittingEmptySubsequences: false)
    guard let last = parts.popLast() else { return nil }
    for part in parts {
      guard let modifier = Self.modifierNames[String(part)] else { return nil }
      modifiers.insert(modifier)
    }
    if let key = Self.keyNames[String(last)] {
      self.init(key, modifiers)
    } else if last.unicodeScalars.count == 1, let scalar = last.unicodeScalars.first,
      !modifiers.isEmpty, let press = KeyPress(typing: scalar)
    {
      self.init(press.key, press.modifiers.union(modifiers))
    } else {
      return nil
    }
  }

  private static let modifierNames: [String: Modifiers] = [
    "ctrl": .control, "c": .control, "alt": .alt, "shift": .shift,
  ]

  // swift-format-ignore
  private static let keyNames: [String: Key] = [
    "enter": .enter,    "return": .enter,    "tab": .tab,      "space": .space,
    "esc": .escape,     "escape": .escape,   "bs": .backspace, "backspace": .backspace,
    "up": .up,          "down": .down,       "left": .left,    "right": .right,
    "home": .home,      "end": .end,         "ins": .insert,   "insert": .insert,
    "pgup": .pageUp,    "pageup": .pageUp,   "del": .delete,   "delete": .delete,
    "pgdn": .pageDown,  "pagedown": .pageDown,
    "f1": .f1, "f2": .f2, "f3": .f3, "f4": .f4,  "f5": .f5,   "f6": .f6,
    "f7": .f7, "f8": .f8, "f9": .f9, "f10": .f10, "f11": .f11, "f12": .f12,
  ]
}
