import TextFormats

/// A format of bytes that are no text.
protocol BinaryFormat: DocumentFormat {
  /// The document as a file.
  func bytes(of document: Document) -> [UInt8]
}

/// A workbook for spreadsheets (ECMA-376, Office Open XML), uncompressed, with formulas where there are sums.
struct XLSXFormat: BinaryFormat {
  let name = "xlsx"
  let showsEveryRange = true

  func text(of document: Document, in settings: OutputSettings) throws(Failure) -> String {
    String(decoding: bytes(of: document), as: UTF8.self)
  }

  func bytes(of document: Document) -> [UInt8] {
    let sheets = document.sheets?() ?? Self.sheets(of: document)
    var files: [(String, String)] = [
      ("[Content_Types].xml", Self.types(sheets.count)), ("_rels/.rels", Self.root),
      ("xl/workbook.xml", Self.workbook(sheets)), ("xl/_rels/workbook.xml.rels", Self.relations(sheets.count)),
      ("xl/styles.xml", Self.styles),
    ]
    for (place, sheet) in sheets.enumerated() {
      files.append(("xl/worksheets/sheet\(place + 1).xml", Self.worksheet(sheet)))
    }
    return StoredArchive.bytes(of: files.map { ($0.0, Array($0.1.utf8)) })
  }

  /// A sheet for each table of a page.
  private static func sheets(of document: Document) -> [Sheet] {
    let tables = document.sections(.page).flatMap { section in section.tables.map { (section.heading, $0) } }
    let names = Sheet.names(tables.isEmpty ? [document.command] : tables.map { $0.0 })
    guard !tables.isEmpty else { return [Sheet(name: names[0], rows: document.title.map { [.text($0)] })] }
    return zip(names, tables).map { Sheet($1.1, name: $0) }
  }

  // MARK: - Parts

  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let packages = "http://schemas.openxmlformats.org/package/2006"
  private static let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

  private static func types(_ count: Int) -> String {
    let sheets = (1...count).map {
      "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(kind).worksheet+xml\"/>"
    }
    return declaration + "<Types xmlns=\"\(packages)/content-types\">"
      + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
      + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(kind).sheet.main+xml\"/>"
      + "<Override PartName=\"/xl/styles.xml\" ContentType=\"\(kind).styles+xml\"/>" + sheets.joined() + "</Types>"
  }

  private static let root =
    declaration + "<Relationships xmlns=\"\(packages)/relationships\">"
    + "<Relationship Id=\"rId1\" Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"

  private static func workbook(_ sheets: [Sheet]) -> String {
    let list = sheets.enumerated().map { place, sheet in
      "<sheet name=\"\(escaped(sheet.name))\" sheetId=\"\(place + 1)\" r:id=\"rId\(place + 1)\"/>"
    }
    return declaration + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>" + list.joined()
      + "</sheets><calcPr fullCalcOnLoad=\"1\"/></workbook>"
  }

  private static func relations(_ count: Int) -> String {
    let sheets = (1...count).map {
      "<Relationship Id=\"rId\($0)\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>"
    }
    return declaration + "<Relationships xmlns=\"\(packages)/relationships\">" + sheets.joined()
      + "<Relationship Id=\"rId\(count + 1)\" Type=\"\(office)/styles\" Target=\"styles.xml\"/></Relationships>"
  }

  /// A style for each ``Sheet/Look``, in its order.
  private static let styles =
    declaration + "<styleSheet xmlns=\"\(main)\">"
    + "<numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"#,##0;[Red]-#,##0\"/>"
    + "<numFmt numFmtId=\"165\" formatCode=\"General\"/></numFmts>"
    + "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
    + "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
    + "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>"
    + "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
    + "<cellXfs count=\"6\">"
    + [(0, 0), (0, 1), (164, 0), (164, 1), (10, 0), (165, 0)].map { format, font in
      "<xf numFmtId=\"\(format)\" fontId=\"\(font)\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>"
    }.joined()
    + "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"

  private static func worksheet(_ sheet: Sheet) -> String {
    var text = declaration + "<worksheet xmlns=\"\(main)\">"
    if !sheet.widths.isEmpty {
      let columns = sheet.widths.enumerated().map {
        "<col min=\"\($0 + 1)\" max=\"\($0 + 1)\" width=\"\(JSONDocument.numberText($1))\" customWidth=\"1\"/>"
      }
      text += "<cols>" + columns.joined() + "</cols>"
    }
    text += "<sheetData>"
    for (row, cells) in sheet.rows.enumerated() {
      text += "<row r=\"\(row + 1)\">"
      for (column, cell) in cells.enumerated() { text += Self.cell(cell, at: Sheet.place(column, row)) }
      text += "</row>"
    }
    return text + "</sheetData></worksheet>"
  }

  private static func cell(_ cell: Sheet.Cell, at place: String) -> String {
    switch cell {
    case .empty: return ""
    case .text(let words, let look):
      return "<c r=\"\(place)\" s=\"\(look.rawValue)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
        + escaped(words) + "</t></is></c>"
    case .number(let value, let look):
      guard value.isFinite else { return "" }
      return "<c r=\"\(place)\" s=\"\(look.rawValue)\"><v>\(JSONDocument.numberText(value))</v></c>"
    case .formula(let formula, let value, let look):
      let known = value.isFinite ? "<v>\(JSONDocument.numberText(value))</v>" : ""
      return "<c r=\"\(place)\" s=\"\(look.rawValue)\"><f>\(escaped(formula))</f>\(known)</c>"
    }
  }

  private static func escaped(_ text: String) -> String { Markup.text(text).text }
}
