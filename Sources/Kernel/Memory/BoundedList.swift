// SPDX-License-Identifier: GPL-2.0-or-later

/// A list of at most `capacity` elements that lives where it is declared: for before there is a heap.
struct BoundedList<let capacity: Int, Element> {
  private var elements: InlineArray<capacity, Element?> = InlineArray(repeating: nil)
  private(set) var count = 0

  /// Appends `element`, and says whether there was room for it.
  mutating func append(_ element: Element) -> Bool {
    guard count < capacity else { return false }
    elements[count] = element
    count += 1
    return true
  }

  /// Calls `body` with each element in turn.
  func forEach<Failure: Error>(_ body: (Element) throws(Failure) -> Void) throws(Failure) {
    for index in 0..<count {
      if let element = elements[index] { try body(element) }
    }
  }

  /// The first element for which `isWanted` holds.
  func first(where isWanted: (Element) -> Bool) -> Element? {
    for index in 0..<count {
      if let element = elements[index], isWanted(element) { return element }
    }
    return nil
  }
}
