// SPDX-License-Identifier: GPL-2.0-or-later
import Glibc

/// Where and when the numbers were taken, in one line.
func host() -> String {
  var seconds = time(nil)
  var date = tm()
  gmtime_r(&seconds, &date)
  func two(_ value: CInt) -> String { value < 10 ? "0\(value)" : String(value) }
  let day = "\(date.tm_year + 1900)-\(two(date.tm_mon + 1))-\(two(date.tm_mday))"
  let model = value(of: "model name", in: "/proc/cpuinfo") ?? "unknown processor"
  let system = value(of: "PRETTY_NAME", in: "/etc/os-release") ?? "Linux"
  let qemu = firstLine(of: "qemu-system-x86_64 --version") ?? "no QEMU"
  return "\(day) · \(model), \(sysconf(CInt(_SC_NPROCESSORS_ONLN))) cores · \(system) · \(qemu)"
}

/// The text after the first `key:` or `key=` in a file, without quotes.
private func value(of key: String, in path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  while let line = readLine(from: file) {
    guard line.hasPrefix(key), let mark = line.firstIndex(where: { $0 == ":" || $0 == "=" })
    else { continue }
    return String(
      line[line.index(after: mark)...].drop { $0 == " " || $0 == "\"" }
        .prefix { $0 != "\"" })
  }
  return nil
}

private func firstLine(of command: String) -> String? {
  guard let pipe = popen(command, "r") else { return nil }
  defer { pclose(pipe) }
  return readLine(from: pipe)
}

private func readLine(from file: UnsafeMutablePointer<FILE>) -> String? {
  var buffer = [CChar](repeating: 0, count: 4096)
  guard fgets(&buffer, CInt(buffer.count), file) != nil else { return nil }
  return String(
    decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
