// SPDX-License-Identifier: GPL-2.0-or-later
import X86

extension WalkReport {
  /// The report with the fields that docs/cli.md lists.
  var json: JSON {
    .object([
      "address": .hexadecimal(walk.address.value),
      "symbol": .optional(name),
      "steps": .array(walk.steps.indices.map(step)),
      "outcome": outcome(walk),
      "accesses": .array(
        accesses.map { access in
          .object([
            "by": .string(access.access.privilege.name),
            "kind": .string(access.access.kind.name),
            "outcome": outcome(access),
          ])
        }),
    ])
  }

  private func step(_ number: Int) -> JSON {
    let step = walk.steps[number]
    let flags = walk.flags(ofStep: number).filter { $0.isSet(in: step.entry) }
    return .object([
      "level": .string(step.level.name),
      "index": .number(UInt64(step.index)),
      "entryAddress": .hexadecimal(step.entryAddress.value),
      "entry": .hexadecimal(step.entry.rawValue),
      "flags": .array(step.entry.isPresent ? flags.map { .string($0.name) } : []),
      "rights": step.rights.json,
      "target": target(walk.target(ofStep: number)),
      "recursiveTo": .optional(
        walk.stepWhoseTableReturns(atStep: number).map { walk.steps[$0].level.name }),
    ])
  }

  private func target(_ target: PageWalk.Target) -> JSON {
    switch target {
    case .nothing: .null
    case .table(let level, let address):
      .object([
        "table": .string(level.name), "address": .hexadecimal(address.value),
        "symbol": .optional(names[address]),
      ])
    case .page(let size, let address):
      .object(["page": .number(size.rawValue), "address": .hexadecimal(address.value)])
    }
  }

  private func outcome(_ walk: PageWalk) -> JSON {
    switch walk.outcome {
    case .mapped(let mapping):
      .object([
        "kind": .string("mapped"),
        "physical": .hexadecimal(mapping.physical.value),
        "pageSize": .number(mapping.pageSize.rawValue),
        "rights": mapping.rights.json,
        "symbol": .optional(names[mapping.physical]),
      ])
    case .fault(let fault):
      .object([
        "kind": .string("fault"),
        "exception": .string("#PF"),
        "errorCode": .hexadecimal(UInt64(fault.errorCode.rawValue)),
        "entry": .optional(walk.decidingStep.map { walk.name(ofStep: $0) }),
        "bit": .string(walk.verdict),
        "reason": .string(walk.sentence),
      ])
    case .nonCanonical:
      .object([
        "kind": .string("nonCanonical"), "exception": .string("#GP"), "errorCode": .string("0x0"),
        "reason": .string(walk.sentence),
      ])
    }
  }
}

extension PageRights {
  /// The rights by name.
  var json: JSON {
    let names = [
      "read", contains(.writable) ? "write" : nil, contains(.executable) ? "execute" : nil,
      contains(.user) ? "user" : nil,
    ]
    return .array(names.compactMap { $0.map(JSON.string) })
  }
}

extension AddressSpace {
  /// The map with the fields that docs/cli.md lists.
  func json(_ names: KernelNames) -> JSON {
    .object([
      "complete": .bool(isComplete),
      "areas": .array(
        areas.map { area in
          .object([
            "start": .hexadecimal(area.start.value), "last": .hexadecimal(area.last.value),
            "mapping": area.kind.json,
            "contents": .array(
              area.contents(names).map { content in
                .object([
                  "start": .hexadecimal(content.start.value),
                  "last": .hexadecimal(content.last.value), "name": .string(content.name),
                ])
              }),
          ])
        }),
    ])
  }
}

extension AddressSpace.Kind {
  fileprivate var json: JSON {
    switch self {
    case .mapped(let physical, let size, let rights):
      .object([
        "kind": .string("mapped"),
        "physical": physical.map { .hexadecimal($0.value) } ?? .null,
        "pageSize": .number(size.rawValue), "rights": rights.json,
      ])
    case .unmapped: .object(["kind": .string("unmapped")])
    case .guardPage: .object(["kind": .string("guardPage")])
    case .broken(let bit): .object(["kind": .string("broken"), "bit": .string(bit)])
    case .recursive(let entry):
      .object(["kind": .string("recursive"), "entry": .string(entry)])
    case .nonCanonical: .object(["kind": .string("nonCanonical")])
    }
  }
}
