// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Testing

/// A JSON Schema, as far as docs/trace.schema.json uses it; a keyword that is not known here is an error, so
/// that nothing is passed over.
struct JSONSchema {
  /// What is wrong with a value, or with the schema.
  struct Violation: Error, Equatable, CustomStringConvertible {
    let place: String
    let problem: String
    var description: String { "\(place): \(problem)" }
  }

  private let root: [String: Any]

  init(_ root: [String: Any]) { self.root = root }

  init(file: String) throws {
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
    self.init(try #require(json as? [String: Any]))
  }

  /// Throws a `Violation` unless `value` is as the schema says.
  func validate(_ value: Any) throws { try validate(value, against: root, at: "$") }

  private func validate(_ value: Any, against schema: [String: Any], at place: String) throws {
    for (keyword, argument) in schema {
      let problem = try problem(of: value, keyword, argument, schema, at: place)
      if let problem { throw Violation(place: place, problem: problem) }
    }
  }

  private func problem(
    of value: Any, _ keyword: String, _ argument: Any, _ schema: [String: Any], at place: String
  ) throws -> String? {
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description", "properties": return nil
    case "$ref": try validate(value, against: definition(argument), at: place)
    case "oneOf":
      let fitting = (argument as? [[String: Any]] ?? []).filter {
        (try? validate(value, against: $0, at: place)) != nil
      }
      return fitting.count == 1 ? nil : "fits \(fitting.count) of the alternatives: \(value)"
    case "type": return isOf(value, argument as? String) ? nil : "is no \(argument): \(value)"
    case "const": return equal(value, argument) ? nil : "is not \(argument): \(value)"
    case "enum":
      let choices = argument as? [Any] ?? []
      return choices.contains { equal(value, $0) } ? nil : "is none of \(choices): \(value)"
    case "required":
      let missing = (argument as? [String] ?? []).filter { (value as? [String: Any])?[$0] == nil }
      return missing.isEmpty ? nil : "lacks \(missing)"
    case "additionalProperties":
      let known = schema["properties"] as? [String: Any] ?? [:]
      for (key, value) in value as? [String: Any] ?? [:] {
        guard let schema = known[key] as? [String: Any] else { return "has \(key)" }
        try validate(value, against: schema, at: "\(place).\(key)")
      }
    case "items":
      for (number, item) in (value as? [Any] ?? []).enumerated() {
        try validate(item, against: argument as? [String: Any] ?? [:], at: "\(place)[\(number)]")
      }
    case "pattern":
      let isFound = (value as? String)?.range(of: "\(argument)", options: .regularExpression) != nil
      return isFound ? nil : "does not match \(argument): \(value)"
    case "minimum":
      return number(value) >= number(argument) ? nil : "is below \(argument): \(value)"
    case "maximum":
      return number(value) <= number(argument) ? nil : "is above \(argument): \(value)"
    case "minItems":
      return Double((value as? [Any])?.count ?? 0) >= number(argument) ? nil : "is too short"
    case "minLength":
      return Double((value as? String)?.count ?? 0) >= number(argument) ? nil : "is too short"
    default: return "has a schema with \(keyword), which is not known here"
    }
    return nil
  }

  private func definition(_ reference: Any) throws -> [String: Any] {
    let name = "\(reference)".dropFirst("#/$defs/".count)
    let found = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any]
    return try #require(found, "there is no \(reference)")
  }

  private func isOf(_ value: Any, _ type: String?) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": isBoolean(value)
    case "integer":
      value is NSNumber && !isBoolean(value) && number(value).rounded() == number(value)
    default: false
    }
  }

  private func isBoolean(_ value: Any) -> Bool {
    // JSONSerialization makes numbers and truth values the same class; their types tell them apart.
    guard let number = value as? NSNumber else { return false }
    return ["c", "B"].contains(String(cString: number.objCType))
  }

  private func number(_ value: Any) -> Double { (value as? NSNumber)?.doubleValue ?? .nan }

  private func equal(_ a: Any, _ b: Any) -> Bool {
    guard let a = a as? NSObject, let b = b as? NSObject else {
      return "\(a)" == "\(b)" && type(of: a) == type(of: b)
    }
    return a == b
  }
}
