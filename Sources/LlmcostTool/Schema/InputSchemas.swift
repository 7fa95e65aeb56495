import CommandLineKit
import CostModel
import TextFormats

extension Option {
  /// What its value may be in JSON: a switch is true, a number may be text with a unit or a range.
  var schema: Schema {
    let value: Schema =
      switch kind {
      case nil: .flag
      case is NumberKind: .either(.text, .count)
      default: choices.isEmpty ? .text : .words(choices)
      }
    return (isRepeatable ? .either(value, .list(value)) : value).saying(help).optional
  }

  /// As ``schema``, for a file, where words stand in either case and numbers may stand for them.
  fileprivate var fileSchema: Schema {
    let words = kind is NumberKind || choices.isEmpty ? "" : ": " + choices.joined(separator: ", ")
    return Schema.either(.text, .count, .flag).saying(help + words).optional
  }

  /// Its name in JSON.
  var member: String { String(name.drop { $0 == "-" }) }
}

/// The schemas of what the program reads.
enum InputSchemas {
  /// A recipe, with the options of stages and of serving as they are declared.
  static func recipe(_ catalog: TableCatalog) throws(Failure) -> JSONDocument {
    var options: [Schema.Member] = []
    var known: Set<String> = []
    for stage in StageCommand.all {
      for option in try stage.syntax.withDefaults(from: catalog).options where known.insert(option.member).inserted {
        options.append((option.member, option.fileSchema))
      }
    }
    let value = Schema.either(.text, .count)
    let own: [Schema.Member] = [
      ("stage", Schema.words(StageCommand.all.map(\.name)).saying("the command, where the label is none").optional),
      ("times", Schema.count.within(0...1e6).saying("how often it runs").optional),
      ("experiment", Schema.flag.saying("whether it counts as research").optional),
      ("after", Schema.either(.text, .list(.text)).saying("the labels that it waits for").optional),
      ("length", value.saying("how long it takes, where its estimate does not tell").optional),
    ]
    let taken = Set(own.map(\.name))
    let serving = try ServeCommand.recipeSyntax.withDefaults(from: catalog).options.map {
      ($0.member, $0.fileSchema)
    }
    let team = Schema.object([
      ("role", Schema.text.saying("a salary of the table labor")), ("count", Schema.count.within(0...1e7)),
      ("months", Schema.count.within(0...1200)),
    ])
    let members: [String: Schema] = [
      "name": .text, "description": .text, "shared": .object(options + serving.filter { !known.contains($0.0) }),
      "stages": .object([], others: .object(own + options.filter { !taken.contains($0.name) })), "research": value,
      "evaluation": value, "people": .list(team), "overhead": value, "serving": .object(serving),
    ]
    return Schema.object(
      Recipe.members.map { name in
        let schema = members[name] ?? .any
        return (name, name == "stages" ? schema : schema.optional)
      }
    ).document(title: "A recipe of llmcost program")
  }

  /// A saved plan.
  static var plan: JSONDocument {
    let result = Schema.object([("typical", .number), ("p10", .number), ("p90", .number)]).orNull
    return Schema.object([
      ("schemaVersion", .constant(.number(Document.schemaVersion))),
      ("plan", .words(StageCommand.all.map(\.name))), ("asOf", .text), ("arguments", .list(.text)),
      ("expected", .object(SavedPlan.keys.map { ($0, result) })),
    ]).document(title: "A plan of --save-plan, which llmcost track reads")
  }

  /// A file of rows of a table: the built-in ones, and one's own laid over them.
  static func rows(of table: String) throws(Failure) -> JSONDocument {
    let columns: [TableColumn]
    let description: String
    do throws(CatalogError) {
      (columns, description) = (try TableSet.columns(of: table), try TableSet.description(of: table))
    } catch {
      throw Failure(error)
    }
    let members = columns.map { column -> Schema.Member in
      var schema = column.words.isEmpty ? Schema.any : Schema.words(column.words)
      if let limits = column.limits { schema = schema.within(limits) }
      schema = schema.saying(column.meaning)
      return (column.name, column.name == "id" ? schema : schema.optional)
    }
    let source = Schema.object([("title", .text), ("url", Schema.text.optional)], others: .any)
    return Schema.object(
      [
        ("table", .constant(.string(table))), ("description", Schema.text.optional),
        ("columns", Schema.object([], others: .text).optional), ("limits", Schema.object([], others: .any).optional),
        ("sources", Schema.object([], others: source).optional), ("rows", .list(.object(members))),
      ]
    ).saying(description).document(title: "Rows of the table \(table)")
  }
}
