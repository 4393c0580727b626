// SPDX-License-Identifier: GPL-2.0-or-later
import CCairo

/// Draws the cells of a terminal, each as wide as the font's characters.
struct Drawing {
  private static let font = "DejaVu Sans Mono"
  /// Pixels of a cell.
  private static let cell = (width: 9.0, height: 18.0)
  /// The size at which a character of that font is as wide as a cell: its advance is 1233 of 2048 units.
  private static let size = cell.width * 2048 / 1233
  /// From the top of a cell to the line that characters stand on.
  private static let ascent = 14.0
  private static let margin = 12.0

  private let terminal: VirtualTerminal
  private let rows: Int
  private let columns: Int

  /// What cairo refuses.
  struct Failure: Error {
    let what: String
  }

  /// A drawing of what is in use of `terminal`.
  init(of terminal: VirtualTerminal) {
    self.terminal = terminal
    let isWhole = terminal.isAlternate
    let used = terminal.text.lastIndex { !$0.isEmpty } ?? 0
    rows = isWhole ? terminal.rows : used + 1
    columns =
      isWhole ? terminal.columns : max(80, terminal.text.map(\.unicodeScalars.count).max() ?? 0)
  }

  /// It as a PNG file.
  func png() throws -> [UInt8] {
    let width = Double(columns) * Self.cell.width + 2 * Self.margin
    let height = Double(rows) * Self.cell.height + 2 * Self.margin
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    prepare(context)
    fill(context, Look.paper, 0, 0, width, height)
    for row in 0..<rows { for column in 0..<columns { draw(row, column, context) } }
    let status = cairo_surface_status(surface)
    cairo_surface_flush(surface)
    guard status == CAIRO_STATUS_SUCCESS, let data = cairo_image_surface_get_data(surface) else {
      throw Failure(what: String(cString: cairo_status_to_string(status)))
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    var pixels: [UInt32] = []
    for row in 0..<Int(height) {
      for column in 0..<Int(width) {
        // SAFETY: the surface has `height` rows of `stride` bytes, in each of which are `width` pixels.
        let pixel = UnsafeRawPointer(data + row * stride + column * 4).load(as: UInt32.self)
        pixels.append(pixel & 0xFF_FFFF)
      }
    }
    return try IndexedPNG(width: Int(width), height: Int(height), pixels: pixels).bytes
  }

  private func prepare(_ context: OpaquePointer?) {
    let options = cairo_font_options_create()
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
    cairo_set_font_size(context, Self.size)
  }

  private func draw(_ row: Int, _ column: Int, _ context: OpaquePointer?) {
    let cell = terminal[row, column]
    let look = Look(cell.style)
    let x = Self.margin + Double(column) * Self.cell.width
    let y = Self.margin + Double(row) * Self.cell.height
    if look.paper != Look.paper {
      fill(context, look.paper, x, y, Self.cell.width, Self.cell.height)
    }
    if cell.scalar == " " { return }
    if let block = Self.blocks[cell.scalar] {
      let height = Self.cell.height
      fill(
        context, look.ink, x, y + block.top * height, Self.cell.width * block.width,
        height * block.height, alpha: block.alpha)
      return
    }
    cairo_select_font_face(
      context, Self.font, CAIRO_FONT_SLANT_NORMAL,
      look.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_source_rgb(context, look.ink.red, look.ink.green, look.ink.blue)
    cairo_move_to(context, x, y + Self.ascent)
    cairo_show_text(context, String(String.UnicodeScalarView([cell.scalar])))
  }

  private func fill(
    _ context: OpaquePointer?, _ paint: Paint, _ x: Double, _ y: Double, _ width: Double,
    _ height: Double, alpha: Double = 1
  ) {
    cairo_set_source_rgba(context, paint.red, paint.green, paint.blue, alpha)
    cairo_rectangle(context, x, y, width, height)
    cairo_fill(context)
  }

  private typealias Block = (top: Double, width: Double, height: Double, alpha: Double)

  /// Characters that have to meet their neighbours without a gap.
  // swift-format-ignore
  private static let blocks: [Unicode.Scalar: Block] = [
    "█": (0,   1,   1,   1),
    "▀": (0,   1,   0.5, 1),
    "▄": (0.5, 1,   0.5, 1),
    "▌": (0,   0.5, 1,   1),
    "░": (0,   1,   1,   0.25),
    "▒": (0,   1,   1,   0.5),
    "▓": (0,   1,   1,   0.75),
  ]
}
