import CommandLineKit
import Foundation
import Testing
import TextFormats

@testable import CostModel
@testable import LlmcostTool

/// The format of recipes: the one to start from, its schema, and the workbook that comes of it.
@Suite("The format of recipes")
struct RecipeFormatTests {
  private static let recipes: [String] =
    (try? TableCatalog().tables.rows(of: "recipes").map(\.id)) ?? []

  @Test func `the recipe to start from is read, with its comments, and has no fault`() throws {
    let start = TestWorld().run("llmcost program --init").output
    #expect(start.contains("//") && start.contains("$schema"))
    let world = TestWorld(files: ["budget.json": start])
    let check = world.run("llmcost program budget.json --check")
    #expect(check.status == .success && check.output.isEmpty && check.complaint.isEmpty, "\(check.complaint)")
    let outcome = world.run("llmcost program budget.json --samples 0")
    #expect(outcome.status == .success)
    #expect(
      !outcome.complaint.contains("longer than") && !outcome.complaint.contains("is there until"),
      "\(outcome.complaint)")
    // Its whole width fits a narrow terminal.
    #expect(
      world.run("llmcost program budget.json --width 80").output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(!world.run("llmcost program budget.json --width 80").output.contains("left out (--width"))
  }

  @Test func `the schema knows everything that is read, and nothing else`() throws {
    let text = TestWorld().run("llmcost schema recipe").output
    let schema = try JSONReader.read(Array(text.utf8))
    func names(_ value: JSONValue?) -> Set<String> { Set(value?["properties"]?.members?.map(\.name) ?? []) }
    let top = schema["properties"]
    #expect(names(schema) == Set(RecipeDecoder.members + ["$schema"]))
    #expect(names(top?["people"]?["items"]) == Set(RecipeDecoder.teamMembers))
    #expect(names(top?["lines"]?["items"]) == Set(RecipeDecoder.lineMembers))
    let stage = top?["stages"]?["additionalProperties"]
    let ofStage = names(stage)
    #expect(ofStage.isSuperset(of: RecipeDecoder.stageMembers))
    for command in StageCommand.all {
      let options = command.options.map { String($0.name.dropFirst(2)) }
      #expect(ofStage.isSuperset(of: options), "\(command.name)")
    }
    let ofCluster = names(top?["clusters"]?["additionalProperties"])
    #expect(ofCluster.isSuperset(of: RecipeDecoder.clusterMembers + ["gpus", "own"]))
    let ofServing = names(top?["serving"])
    #expect(ofServing.isSuperset(of: RecipeDecoder.servingMembers + ["requests-per-day"]))
  }

  @Test(arguments: recipes)
  func `a bundled recipe printed is the same recipe, and says what it assumes`(id: String) throws {
    let world = TestWorld()
    let printed = world.run("llmcost program \(id) --print").output
    let copy = TestWorld(files: ["copy.json": printed])
    #expect(
      copy.run("llmcost program copy.json --get cost_usd --samples 0").output
        == world.run("llmcost program \(id) --get cost_usd --samples 0").output)
    let assumption = try TableCatalog().row(id, in: "recipes", kind: "recipe").text("assumption")
    let text = world.run("llmcost program \(id) --samples 0 --width 0 -q").output
    #expect(assumption.map(text.contains) ?? true)
    #expect(text.contains("not included"))
  }

  @Test func `comments and trailing commas are read where they are allowed, and there alone`() throws {
    let text = Array("// a\n{/* b */ \"a\": [1, 2, /* // */], // c\n \"b\": \"// no /* comment\",}\n//".utf8)
    let value = try JSONReader.read(text, allowingComments: true)
    #expect(value["a"]?.array?.count == 2 && value["b"]?.string == "// no /* comment")
    #expect(throws: JSONError.self) { try JSONReader.read(text) }
    for wrong in ["[,]", "{,}", "[1,,]", "/* a", "[1 / 2]", "{\"a\": 1,,}", "/"] {
      #expect(throws: JSONError.self, "\(wrong)") { try JSONReader.read(Array(wrong.utf8), allowingComments: true) }
    }
  }

  @Test func `cash by month, category and scenario is a table of its own`() throws {
    let world = BudgetTests.world()
    let text = world.run("llmcost program r.json --by month --format csv --samples 0 -q").output
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    // Three scenarios of twelve months: four categories and the total, one more where there is a contingency.
    #expect(rows.count == 12 * (5 + 5 + 6))
    for scenario in ["low", "plan", "high"] {
      let own = rows.filter { $0[0] == scenario }
      let sum = own.filter { $0[3] != "total" }.compactMap { Double($0[4]) }.reduce(0, +)
      let total = own.filter { $0[3] == "total" }.compactMap { Double($0[4]) }.reduce(0, +)
      let cost = world.run("llmcost program r.json --scenario \(scenario) --get cost_usd --samples 0").output
      #expect(abs(sum / total - 1) < 1e-9 && abs(total / (Double(cost.dropLast()) ?? 0) - 1) < 1e-9)
    }
  }

  // MARK: - Workbooks

  @Test func `the checksum of an archive is that of the standard`() {
    // The check value of CRC-32/ISO-HDLC.
    #expect(StoredArchive.checksum(of: Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(StoredArchive.checksum(of: []) == 0)
  }

  private func workbook(_ command: String, in world: TestWorld) throws -> [UInt8] {
    let outcome = Tool.run(Array(command.split(separator: " ").map(String.init).dropFirst()), in: world)
    let stream = try #require(outcome.stream, "\(outcome.complaint)")
    var bytes: [UInt8] = []
    _ = stream(world) { piece in
      bytes += Array(piece)
      return true
    }
    return bytes
  }

  /// Reads the archive, and computes each formula again: first as they are, then with an assumption changed.
  private static let reader = #"""
    import math, re, sys, zipfile, xml.etree.ElementTree as tree
    book = zipfile.ZipFile(sys.argv[1])
    assert book.testzip() is None
    space = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
    names = [s.get('name') for s in tree.fromstring(book.read('xl/workbook.xml')).iter(space + 'sheet')]
    assert names == ['Summary', 'Cash low', 'Cash plan', 'Cash high', 'Lines', 'Assumptions', 'Calculation low',
                     'Calculation plan', 'Calculation high'], names
    values, formulas, texts = {}, {}, {}
    for number, name in enumerate(names):
        for cell in tree.fromstring(book.read(f'xl/worksheets/sheet{number + 1}.xml')).iter(space + 'c'):
            place = name, cell.get('r')
            value, formula = cell.find(space + 'v'), cell.find(space + 'f')
            if value is not None: values[place] = float(value.text)
            if formula is not None: formulas[place] = formula.text
            texts[place] = ''.join(piece.text or '' for piece in cell.iter(space + 't'))
    def number(letters):
        column = 0
        for letter in letters: column = column * 26 + ord(letter) - 64
        return column
    def letters(column):
        return (letters((column - 1) // 26) if column > 26 else '') + chr(65 + (column - 1) % 26)
    def book_with(changed):
        known = dict(changed)
        def value(sheet, cell):
            place = sheet, cell
            if place not in known:
                known[place] = computed(sheet, formulas[place]) if place in formulas else values.get(place, 0)
            return known[place]
        def total(sheet, match):
            (left, top), (right, bottom) = [re.match(r'([A-Z]+)(\d+)', text).groups() for text in match.groups()]
            return sum(value(sheet, letters(c) + str(r)) for c in range(number(left), number(right) + 1)
                       for r in range(int(top), int(bottom) + 1))
        def computed(sheet, text):
            text = re.sub(r'SUM\(([A-Z]+\d+):([A-Z]+\d+)\)', lambda m: f'({total(sheet, m)!r})', text)
            text = re.sub(r"'([^']+)'!([A-Z]+\d+)", lambda m: f'({value(m[1], m[2])!r})', text)
            text = re.sub(r'(?<![A-Za-z.\d])([A-Z]+\d+)(?![\d(])', lambda m: f'({value(sheet, m[1])!r})', text)
            return eval(text.replace('^', '**'), {
                'MAX': max, 'MIN': min, 'EXP': math.exp, 'ROUNDUP': lambda x, digits: math.ceil(x)})
        return value
    value = book_with({})
    for place, formula in formulas.items():
        assert abs(value(*place) - values[place]) <= 1e-9 * max(1, abs(values[place])), (place, formula, value(*place))
    assert len(formulas) > 500, len(formulas)
    row = {text: place[1][1:] for place, text in texts.items() if place[0] == 'Assumptions' and place[1][0] == 'A'}
    price, data = row['rental price'], row['data']
    total = [place[1][1:] for place, text in texts.items() if place[0] == 'Summary' and text == 'total'][0]
    compute = [place[1][1:] for place, text in texts.items() if place[0] == 'Cash plan' and text == 'compute'][0]
    changed = book_with({('Assumptions', 'C' + price): values['Assumptions', 'C' + price] * 2})
    # 64 accelerators for a year at $2.35 more, with 15 % of overhead, spread over twelve months; with 20 % of contingency.
    more = 64 * 8766 * 2.35
    for column, factor in [('B', 1.15), ('C', 1.15), ('D', 1.15 * 1.2)]:
        difference = changed('Summary', column + total) - value('Summary', column + total)
        assert abs(difference / (more * factor) - 1) < 1e-9, (column, difference, more)
    assert abs(changed('Cash plan', 'B' + compute) - value('Cash plan', 'B' + compute) - more / 12) < 1
    # The low scenario has an amount of its own, and keeps it.
    changed = book_with({('Assumptions', 'C' + data): 861000})
    differences = [changed('Summary', c + total) - value('Summary', c + total) for c in 'BCD']
    assert abs(differences[0]) < 1e-6 and abs(differences[1] - 115000) < 1e-6, differences
    assert 'in part' in [text for place, text in texts.items() if place[0] == 'Assumptions']
    print('fine')
    """#

  @Test func `a workbook opens in other programs, and its formulas make the totals`() throws {
    let bytes = try workbook("llmcost program r.json --samples 64 -o budget.xlsx", in: BudgetTests.world())
    #expect(bytes.starts(with: [0x50, 0x4B, 3, 4]))
    guard Shell.has("python3") else { return }
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".xlsx")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    let file = url.deletingPathExtension().appendingPathExtension("py")
    defer { try? FileManager.default.removeItem(at: file) }
    try Self.reader.write(to: file, atomically: true, encoding: .utf8)
    #expect(try Shell.run("python3 \(file.path) \(url.path) 2>&1") == "fine\n")
  }

  @Test(arguments: [
    "pretrain --params 7B --tokens 1T", "compare sft dpo --params 8B", "cluster --gpus 64", "tables accelerators",
    "program budget.json", "serve --params 8B", "claims --where topic=data", "sensitivity --params 7B --tokens 1T",
  ])
  func `every command has a workbook, whose names a spreadsheet takes`(command: String) throws {
    let bytes = try workbook("llmcost \(command) --format xlsx -q", in: .sample)
    let text = String(decoding: bytes, as: UTF8.self)
    let names = text.components(separatedBy: "<sheet name=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(!names.isEmpty && Set(names.map { $0.lowercased() }).count == names.count)
    #expect(names.allSatisfy { $0.count <= 31 && !$0.contains { "[]:*?/\\".contains($0) } })
  }

  @Test func `a workbook is not written to a terminal`() {
    var world = BudgetTests.world()
    world.terminalWidth = 80
    let outcome = world.run("llmcost program r.json --format xlsx")
    #expect(outcome.status == .usage && outcome.complaint.contains("-o budget.xlsx"))
    let columns = BudgetTests.world().run("llmcost program r.json --format xlsx --columns usd")
    #expect(columns.status == .usage)
  }

  @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
  func `columns are named as spreadsheets name them`(column: Int, name: String) {
    #expect(Sheet.letters(column) == name)
  }

  // MARK: - The page

  @Test func `the page of a budget begins with the answer, and folds away what few readers want`() throws {
    let html = BudgetTests.world().run("llmcost report r.json -q").output
    let parts = html.components(separatedBy: "<details>")
    #expect(parts.count == 2)
    for id in ["categories", "cash", "scenarios", "drivers"] {
      #expect(parts[0].contains("id=\"\(id)\""), "\(id)")
    }
    #expect(parts[0].contains("<strong>not included: </strong>"))
    for id in ["stages", "clusters", "timeline", "totals", "inputs", "notes"] {
      #expect(parts[1].contains("id=\"\(id)\""), "\(id)")
    }
    #expect(parts[0].contains("enough in 90 cases of 100") && parts[0].contains("2026-11-21"))
    // What a printed page holds: some 50 lines of text each. Bars take two.
    let rows =
      parts[0].components(separatedBy: "<tr>").count + 2 * parts[0].components(separatedBy: "class=\"bar\"").count
    #expect(rows < 5 * 50)
  }
}
