// SPDX-License-Identifier: GPL-2.0-or-later

// Who may do what, once a translation exists (Intel SDM Vol. 3A §4.6.1 "Determination of Access
// Rights"). An address is a user-mode address if U/S is 1 on every level, else a supervisor-mode
// address; likewise for R/W and XD.
//
//     access by     to a user-mode address                 to a supervisor-mode address
//     user          read   yes                             no
//                   write  R/W                             no
//                   fetch  not XD                          no
//     supervisor    read   not SMAP, or explicit and AC    yes
//                   write  the same, and R/W or not WP     R/W or not WP
//                   fetch  not SMEP, and not XD            not XD
//
// Protection keys (CR4.PKE and CR4.PKS) do not exist on the processor modelled.

extension PagingState {
  /// Why `access` is not allowed by `rights`; nil if it is.
  ///
  /// Where several reasons hold, the first in this order is given: supervisor-only, SMAP or SMEP,
  /// write protection or execute-disable. The error code is the same for all of them.
  @inlinable @inline(__always) public func denial(
    of access: PageAccess, by rights: PageRights
  ) -> PageFault.Reason? {
    let userAddress = rights.contains(.user)
    switch access.privilege {
    case .user:
      if !userAddress { return .supervisorOnly }
    case .supervisor(let ac):
      if userAddress, let reason = prevention(of: access.kind, ac: ac) { return reason }
    case .implicitSupervisor:
      if userAddress, let reason = prevention(of: access.kind, ac: false) { return reason }
    }
    switch access.kind {
    case .read:
      return nil
    case .write:
      let obeys = writeProtect || access.privilege == .user
      return obeys && !rights.contains(.writable) ? .writeProtected : nil
    case .fetch:
      return rights.contains(.executable) ? nil : .noExecute
    }
  }

  /// Why the supervisor may not use a user-mode address in this way; nil if it may.
  @inlinable @inline(__always) func prevention(of kind: PageAccess.Kind, ac: Bool) -> PageFault
    .Reason?
  {
    if kind == .fetch { return smep ? .smep : nil }
    return smap && !ac ? .smap : nil
  }

  /// The error code of a page fault for `reason` (Intel SDM Vol. 3A §4.7 "Page-Fault Exceptions").
  @inlinable public func errorCode(
    of access: PageAccess, reason: PageFault.Reason
  ) -> PageFaultErrorCode {
    var code: PageFaultErrorCode = []
    if reason != .notPresent { code.insert(.present) }
    if access.kind == .write { code.insert(.write) }
    if access.privilege == .user { code.insert(.user) }
    if case .reservedBit = reason { code.insert(.reserved) }
    if access.kind == .fetch && reportsFetch { code.insert(.fetch) }
    return code
  }
}
