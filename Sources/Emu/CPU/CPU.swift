// SPDX-License-Identifier: GPL-2.0-or-later
import CEngine
import X86

/// The processor: the engine behind a Swift interface, on a board that answers its accesses.
///
/// This folder is the only one that knows the engine.
final class CPU {
  let board: Board
  // Set once, at the end of init: the engine needs the processor for its callbacks.
  private(set) var engine: OpaquePointer?

  /// The paging state of the last translation, and the registers it was computed from.
  var paging: PagingState
  var pagingRegisters: engine_paging
  /// The pointers of PAE paging that were loaded last.
  var pointers = PointerEntries.absent

  private let window = Registers.Window()

  /// When the run under way ends by itself.
  private(set) var runEnd = GuestTime.zero

  /// What is told as an event.
  var watched: Event.Categories = [] {
    didSet {
      engine_tell_transfers(engine, watched.contains(.transfers))
      let control: Event.Categories = [.control, .paging]
      engine_tell_control(engine, !watched.isDisjoint(with: control), watched.contains(.ports))
      noteAccessesIfNeeded()
      noteTablesIfNeeded()
      noteVisitsIfNeeded()
      orderEvents()
    }
  }
  /// The numbers of blocks, while visits are watched.
  var blocks: [CodeBlock: UInt32]?
  /// Whether accesses to some pages are told.
  var tellsAccesses = false
  /// The access that was told of last by the engine, and is not yet told.
  var lastAccess: MemoryAccess?
  /// The page tables that are known, while they are watched.
  var tables: TablePages?
  /// The writes to their entries that were told of last by the engine, and are not yet told.
  var lastEntries: [EntryWrite] = []
  /// The line of the interrupt that was acknowledged last, while deliveries are watched.
  var acknowledged: IRQ?

  /// DR0 to DR7.
  var debugRegisters = DebugRegisters()
  /// What the last debug exception was about: DR6 keeps what earlier ones were.
  var debugConditions: DR6 = []
  /// Breakpoints on data and ports that the instruction under way has met.
  var pendingTraps = PendingTraps()
  /// Whether an NMI was asked for and is not yet delivered.
  var isNMIRequested = false

  /// The instructions executed at the last exception.
  var lastDelivery: UInt64 = .max
  /// The last deliveries. Behind a pointer, since it is on the way of each: no check for overlapping accesses.
  let history = UnsafeMutablePointer<DeliveryHistory>.allocate(capacity: 1)

  /// What shut the processor down, once something has.
  var shutdown: TripleFault?
  /// An event that the engine raised and that no processor raises: an error of the engine's.
  var unknownEvent: UInt8?

  /// How far the time-stamp counter is ahead of guest time.
  private var timeStampLead: UInt64 = 0

  /// A processor as it comes out of reset, on `board`.
  init(board: Board) throws(MachineError) {
    self.board = board
    history.initialize(to: DeliveryHistory())
    pagingRegisters = engine_paging(cr0: 0, cr3: 0, cr4: 0, efer: 0)
    paging = PagingState(cr0: [], cr3: 0, cr4: [], efer: [])
    var owner = EngineCallbacks.owner(of: self)
    var features = Self.features
    var error = engine_error()
    let memory = board.memory
    // SAFETY: the block outlives the engine, since the board outlives the processor.
    let base = memory.base.assumingMemoryBound(to: UInt8.self)
    engine = engine_open(base, memory.length, &owner, &features, &error)
    guard engine != nil else { throw .engine(EngineError(error)) }
  }

  deinit {
    if let engine { engine_close(engine) }
    history.deinitialize(count: 1)
    history.deallocate()
  }

  /// Runs until `end`, exactly.
  func run(until end: GuestTime) -> Exit {
    let now = board.now(instructions)
    guard end > now else { return .budget }
    runEnd = end
    let exit = engine_run(engine, end.nanoseconds - now.nanoseconds)
    if tellsAccesses || tables != nil { finishAccess() }
    return switch exit.kind {
    case .budget: .budget
    case .paused: .paused
    case .arrived: .arrived
    case .stopped: ended
    case .halted: .halted
    case .event: ended
    case .failed: .failed(code: exit.library_error)
    }
  }

  /// Why a run ended that a callback has ended.
  private var ended: Exit {
    if let unknownEvent { return .failed(code: Int32(unknownEvent)) }
    return shutdown.map(Exit.shutdown) ?? .stopped
  }

  /// Has runs end before they execute the instruction at linear `address`, but not where the processor
  /// stands now.
  func stopLater(at address: VirtAddr?) {
    engine_stop_at(engine, address != nil, address?.value ?? 0)
    engine_pass_place(engine)
  }

  /// Ends `run` soon; from any thread or signal handler.
  func requestPause() { engine_pause(engine) }

  /// From a callback: ends `run` behind the instruction under way.
  func stop() { engine_stop(engine) }

  /// From a callback: lets the budget shrink by `amount` without an instruction.
  func spend(_ amount: UInt64) { engine_spend(engine, amount) }

  /// Instructions executed so far.
  var instructions: UInt64 { engine_instructions(engine) }

  /// IA32_TIME_STAMP_COUNTER: a nanosecond of guest time each.
  var timeStamp: UInt64 {
    get { board.now(instructions).nanoseconds &+ timeStampLead }
    set { timeStampLead = newValue &- board.now(instructions).nanoseconds }
  }

  /// All registers.
  var registers: Registers {
    get { window.read(engine, debugRegisters, pointers) }
    set {
      if newValue.pointers != pointers {
        pointers = newValue.pointers
        forgetPaging()
      }
      (debugRegisters.dr6, debugRegisters.dr7) = (newValue.dr6, newValue.dr7)
      var state = newValue.engineState
      engine_set_state(engine, &state)
      watchIfNeeded()
    }
  }

  /// RFLAGS.IF.
  var takesInterrupts: Bool { engine_takes_interrupts(engine) }

  /// Raises or lowers the line from the interrupt controllers.
  func setInterruptLine(_ raised: Bool) { engine_set_interrupt_line(engine, raised) }

  /// Forgets cached translations, as after a change of the A20 gate.
  func flushTranslations() { engine_flush_translations(engine) }

  /// To be called after memory was written from outside, `count` bytes at `offset` of the block.
  func memoryChanged(at offset: UInt64, count: UInt64) {
    engine_ram_changed(engine, offset, count)
  }

  private static var features: engine_features {
    let vendor = CPUModel.cpuid(leaf: 0, subleaf: 0)
    var features = engine_features()
    features.leaf1_edx = FeatureWord.leaf1EDX.bits
    features.leaf1_ecx = FeatureWord.leaf1ECX.bits
    features.leaf7_ebx = FeatureWord.leaf7EBX.bits
    features.extended1_edx = FeatureWord.extended1EDX.bits
    features.extended1_ecx = FeatureWord.extended1ECX.bits
    features.vendor = (vendor.ebx, vendor.edx, vendor.ecx)
    return features
  }
}

/// Why the engine cannot be used.
public struct EngineError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being done or checked.
  public let what: String
  /// What it should have given; empty if there is nothing to compare.
  public let expected: String
  /// What it gave.
  public let found: String

  init(_ error: engine_error) {
    what = Self.text(error.what)
    expected = Self.text(error.expected)
    found = Self.text(error.found)
  }

  /// One sentence for people.
  public var description: String {
    expected.isEmpty ? "\(what): \(found)" : "\(what): expected \(expected), found \(found)"
  }

  /// The text in a NUL-terminated array of the engine's.
  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
