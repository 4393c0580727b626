// SPDX-License-Identifier: GPL-2.0-or-later
import X86

/// Why an interruption cannot be delivered: the exception that its delivery raises instead.
public struct DeliveryFault: Error, Equatable, Sendable {
  /// What failed.
  public let check: DeliveryCheck
  /// What is raised: #TS, #NP, #SS, #GP or #PF.
  public let exception: Exception
  /// Its error code, which real mode does not push.
  public let errorCode: UInt32
  /// The address that goes to CR2, for a page fault.
  public let address: VirtAddr?

  /// A fault of a descriptor, or of none.
  init(_ check: DeliveryCheck, _ exception: Exception, _ code: SelectorErrorCode) {
    (self.check, self.exception) = (check, exception)
    (errorCode, address) = (code.rawValue, nil)
  }

  /// A page fault at `address`.
  init(_ check: DeliveryCheck, pageFault code: PageFaultErrorCode, at address: VirtAddr) {
    (self.check, exception) = (check, .pageFault)
    (errorCode, self.address) = (code.rawValue, address)
  }
}
