import Testing
import TextFormats

@testable import CostModel

@Suite("Names as people type them")
struct NameTests {
  static let tables = ["accelerators", "architectures", "regions", "scaling-laws"]

  /// Every way of breaking up a name that keeps its letters and digits.
  private static func spellings(_ name: String) -> [String] {
    let spaced = String(name.map { $0 == "-" || $0 == "_" ? " " : $0 })
    let under = String(name.map { $0 == "-" || $0 == " " ? "_" : $0 })
    return [name.uppercased(), spaced.uppercased(), spaced, under]
  }

  @Test(arguments: tables)
  func `every id and alias is found in any case and with any break`(table: String) throws {
    let names = try TableSet().names(of: table)
    let catalog = TableCatalog.shared
    for head in names.heads {
      for name in [head.id] + head.aliases {
        for spelling in Self.spellings(name) {
          // Another row may own the spelling as it stands: then that row is meant.
          let expected = names.id(of: spelling) ?? head.id
          do throws(CatalogError) {
            #expect(try catalog.row(spelling, in: table, kind: "row").id == expected, "\(spelling) of \(head.id)")
          } catch {
            // Two clouds may break up one name differently: both places are offered.
            guard case .ambiguous(_, _, _, let candidates) = error, candidates.contains(expected) else {
              Issue.record("\(spelling) of \(head.id): \(ScenarioError.catalog(error).message)")
              continue
            }
          }
        }
      }
    }
  }

  @Test(arguments: [
    ("NVIDIA H100", "h100-sxm"), ("h100nvl", "h100-nvl"), ("h100-sxm5-80gb", "h100-sxm"),
    ("NVIDIA H100 PCIe", "h100-pcie"), ("NVIDIA GeForce RTX 4090", "rtx-4090"), ("AMD Instinct MI300X OAM", "mi300x"),
    ("p5.48xlarge", "h100-sxm"), ("a3-highgpu-8g", "h100-sxm"), ("google cloud tpu v5p", "tpu-v5p"),
    ("A100SXM4-40GB", "a100-40gb-sxm"), ("tpu-v6e-16", "tpu-v6e"), ("v4", "tpu-v4"), ("DGX H100", "h100-sxm"),
  ])
  func `accelerators are known by the names of tools, clouds and makers`(name: String, id: String) throws {
    #expect(try TableCatalog.shared.accelerator(name).id == id)
  }

  @Test(arguments: [
    ("meta-llama/Llama-3.1-70B-Instruct", "llama-3.1-70b"), ("Meta-Llama-3.1-8B", "llama-3.1-8b"),
    ("mistralai/Mistral-7B-v0.1", "mistral-7b-v0.2"), ("google/gemma-3-27b-it", "gemma-3-27b"),
    ("Qwen/Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b"), ("qwen3 235b", "qwen3-235b-a22b"),
    ("moonshotai/Kimi-K2-Thinking", "kimi-k2"), ("deepseek-ai/DeepSeek-V3-0324", "deepseek-v3"),
    ("unsloth/Llama-3.1-8B-Instruct-bnb-4bit", "llama-3.1-8b"),
  ])
  func `models are known by their repositories and variants`(name: String, id: String) throws {
    #expect(try TableCatalog.shared.row(name, in: "architectures", kind: "model").id == id)
  }

  @Test(arguments: [("germany", "de"), ("Texas", "us-tx"), ("United Kingdom", "gb"), ("the Netherlands", "nl")])
  func `regions are known by name`(name: String, id: String) throws {
    #expect(try TableCatalog.shared.region(name).id == id)
  }

  /// How people write the names of a table: with makers, owners, variants and memory, and without breaks.
  private static func variants(_ name: String, _ table: String) -> [String] {
    let spaced = String(name.map { $0 == "-" ? " " : $0 })
    let joined = name.filter { $0 != "-" && $0 != "_" && $0 != " " }
    switch table {
    case "accelerators": return [spaced, joined, name.uppercased(), "NVIDIA " + spaced.uppercased()]
    case "architectures":
      return [spaced, "org/" + name, name + "-Instruct", "Org/" + name.uppercased() + "-Base", name + "-hf"]
    case "providers": return [spaced, joined, name.uppercased(), name + " Cloud", name + ".ai", name + " Inc"]
    default: return [spaced, name.uppercased(), "the " + name]
    }
  }

  @Test(arguments: ["accelerators", "architectures", "providers", "regions"])
  func `nearly every way to type a name leads to its row, or to candidates with it`(table: String) throws {
    let names = try TableSet().names(of: table)
    let catalog = TableCatalog.shared
    var (asked, missed) = (0, [String]())
    for head in names.heads {
      for name in [head.id] + head.aliases {
        for spelling in Self.variants(name, table) {
          asked += 1
          do throws(CatalogError) {
            let found =
              table == "accelerators"
              ? try catalog.accelerator(spelling).id
              : try catalog.row(spelling, in: table, kind: "row").id
            if found != head.id, names.id(of: spelling) != found { missed.append("\(spelling): \(found)") }
          } catch {
            if case .ambiguous(_, _, _, let candidates) = error, candidates.contains(head.id) { continue }
            missed.append(spelling)
          }
        }
      }
    }
    // 540 of the 560 spellings that were tried by hand.
    #expect(Double(missed.count) <= 0.035 * Double(asked), "\(missed.count) of \(asked): \(missed.prefix(20))")
  }

  @Test func `a name that fits several rows lists them`() throws {
    #expect {
      try TableCatalog.shared.accelerator("hopper")
    } throws: { error in
      guard case .ambiguous(_, _, _, let candidates) = error as? CatalogError else { return false }
      return candidates.contains("h100-sxm") && candidates.contains("h200-sxm")
    }
  }

  @Test(arguments: [
    ("accelerators", "l41"), ("accelerators", "mi501"), ("accelerators", "tpu v19"), ("architectures", "gpt-9"),
    ("architectures", "gemma-99-31b"), ("regions", "atlantis"), ("regions", "zz"), ("regions", "us-qq"),
  ])
  func `nothing of another family is suggested`(table: String, name: String) {
    let digits = name.filter(\.isNumber)
    let known = Self.suggestions(for: name, in: table)
    #expect(known?.allSatisfy { $0.filter(\.isNumber) == digits && $0.first == name.first } == true, "\(known ?? [])")
  }

  /// What the error about an unknown name suggests; nil where the name is known.
  private static func suggestions(for name: String, in table: String) -> [String]? {
    do throws(CatalogError) {
      _ = try TableCatalog.shared.row(name, in: table, kind: "row")
      return nil
    } catch {
      if case .unknown(_, _, _, let known) = error { return known }
      return nil
    }
  }

  @Test(arguments: ["llama-3.1-7Ob", "h1OO-sxm", "", " ", "\"", "a\\", String(repeating: "a", count: 10_000), "🦙"])
  func `what is no name is told as unknown`(name: String) {
    for table in Self.tables {
      #expect(throws: CatalogError.self) { try TableCatalog.shared.row(name, in: table, kind: "row") }
    }
  }
}

@Suite("Rows of a user")
struct UserRowTests {
  private func tables(_ table: String, _ rows: String) throws -> TableSet {
    let text = #"{"table": "\#(table)", "sources": {"q": {"title": "Q"}}, "rows": [\#(rows)]}"#
    return TableSet(overlays: [try Overlay(file: "mine.json", bytes: Array(text.utf8))])
  }

  @Test func `ids are the same in any case, in every table`() throws {
    for table in TableSet.names {
      for row in try TableSet().rows(of: table).prefix(3) {
        let mine = try tables(table, #"{"id": "\#(row.id.uppercased())", "note": "mine"}"#)
        let found = try #require(try mine.row(row.id, of: table))
        #expect(found.id == row.id && found.member("note")?.string == "mine", "\(table) \(row.id)")
        #expect(try mine.rows(of: table).count == TableSet().rows(of: table).count, "\(table) \(row.id)")
      }
    }
  }

  @Test func `a new row is found as it is written, and by its aliases`() throws {
    let mine = try tables(
      "accelerators",
      #"{"id": "H100-Fast", "aliases": ["My Card"], "name": "Fast", "vendor": "V", "generation": "hopper", "peaks": {"bf16": 2e15}, "asOf": "2026", "source": "q"}"#
    )
    for name in ["H100-Fast", "h100-fast", "my card", "MY-CARD", "h100 fast"] {
      #expect(try TableCatalog(mine).accelerator(name).id == "h100-fast")
    }
  }

  @Test func `a row that takes aliases away takes them from look-ups too`() throws {
    let mine = try tables("accelerators", #"{"id": "h100-sxm", "aliases": ["mine"]}"#)
    #expect(try TableCatalog(mine).accelerator("mine").id == "h100-sxm")
    #expect(try mine.names(of: "accelerators").id(of: "hgx-h100") == nil)
  }

  @Test func `a broken row is not taken for a missing one`() throws {
    let mine = try tables("factors", #"{"id": "power-draw", "typical": "oops"}"#)
    #expect(throws: CatalogError.self) { try TableCatalog(mine).factor("power-draw", in: "factors") }
    #expect(try TableCatalog(mine).factor("no-such-row", in: "factors") == nil)
  }

  @Test func `every number of every table has limits that hold`() throws {
    for table in TableSet.names {
      guard let row = try TableSet().rows(of: table).first else { continue }
      for member in row.value.members ?? [] {
        guard case .number = member.value.content else { continue }
        // The logarithms of a regression may be below zero.
        for wrong in [table == "efficiency" ? "-1e9" : "-1", "1e300", "1e31"] {
          #expect(throws: CatalogError.self, "\(table) \(member.name) \(wrong)") {
            try tables(table, #"{"id": "\#(row.id)", "\#(member.name)": \#(wrong)}"#)
          }
        }
      }
    }
  }
}
