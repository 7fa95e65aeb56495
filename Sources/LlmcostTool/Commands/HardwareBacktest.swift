import CostModel
import TextFormats

/// The hardware of published runs, held against what else could be rented then.
struct HardwareBacktest {
  let choices: [HardwareChoice]

  /// Holds every run of the table against the prices of its month.
  ///
  /// - Parameters:
  ///   - catalog: The tables.
  ///   - ids: The runs that are looked at; nil for all.
  /// - Throws: ``Failure`` for tables that do not read.
  init(_ catalog: TableCatalog, runs ids: [String]? = nil) throws(Failure) {
    let runs: [PublishedRun]
    let prices: [Price]
    let sellers: Set<String>
    do throws(CatalogError) {
      runs = try catalog.publishedRuns().filter { $0.exclusion == nil && ids?.contains($0.id) ?? true }
      prices = try catalog.prices()
      sellers = Set(try catalog.providers().filter(\.isSeller).map(\.id))
    } catch {
      throw Failure(error)
    }
    var choices: [HardwareChoice] = []
    do throws(ScenarioError) {
      for run in runs { choices.append(try HardwareChoice(run, prices: prices, sellers: sellers, in: catalog)) }
    } catch {
      throw Failure(error)
    }
    self.choices = choices
  }

  private var counted: [HardwareChoice] { choices.filter { !$0.isSetAside } }
  private var onFront: Int { counted.count(where: \.isOnFront) }

  static let fields: [[Field<HardwareChoice>]] = [
    Field.word("id") { $0.run.id }, Field.word("date") { $0.run.date },
    Field.word("hardware") { $0.run.accelerator.id }, Field.number("rivals") { Double($0.rivals.count) },
    [Field("on_front", .flag.orNull) { $0.isSetAside ? .null : .boolean($0.isOnFront) }],
    Field.word("reason") { $0.reason },
  ]

  var document: Document {
    var document = Document("backtest", title: "The accelerator of each run among those that could be rented then")
    document.records = Records(choices, Self.fields)
    let summary: [JSONMember] = [
      ("count", .number(Double(counted.count))), ("on_front", .number(Double(onFront))),
      ("set_aside", .number(Double(choices.count - counted.count))),
    ]
    document.values = summary
    document.tree = .members { [("summary", .object(summary)), ("runs", document.records.json())] }
    document.sections = { _ in
      var table = Table("Runs", ["run", "date", "accelerator", .number("rivals"), "on the front, or what beats it"])
      for choice in counted {
        table.add(
          .text(choice.run.id), .text(choice.run.date), .text(choice.run.accelerator.id),
          .value(Double(choice.rivals.count), .accelerators), .text(choice.reason ?? "on the front"))
      }
      table.remarks = [
        "\(onFront) of \(counted.count) are on the front of cost and time; \(choices.count - counted.count) runs have "
          + "no price of their time"
      ]
      return [Document.Section("runs", "Runs", nil, table)]
    }
    return document
  }
}
