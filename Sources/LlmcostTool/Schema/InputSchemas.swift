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

  /// Its name in JSON.
  var member: String { String(name.drop { $0 == "-" }) }
}

/// The schemas of what the program reads.
enum InputSchemas {
  /// A saved plan.
  static var savedPlan: JSONDocument {
    let result = Schema.object([("typical", .number), ("p10", .number), ("p90", .number)]).orNull
    return Schema.object([
      ("schemaVersion", .constant(.number(Document.schemaVersion))),
      ("plan", .words(StageCommand.all.map(\.name) + [SavedPlan.program])), ("asOf", .text),
      ("arguments", Schema.list(.text).saying("the options of a stage").optional),
      ("recipe", Schema.object([], others: .any).saying("the recipe of a program").optional),
      (
        "stages",
        Schema.object([], others: Schema.object([], others: .any)).saying("what was expected of its stages").optional
      ),
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
