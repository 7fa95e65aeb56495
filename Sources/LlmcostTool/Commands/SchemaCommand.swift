import CommandLineKit
import CostModel
import TextFormats

/// `llmcost schema`: the JSON Schema of what the program prints and reads.
enum SchemaCommand {
  static let summary = "Print the JSON Schema of a command's results, of errors, recipes, plans or tables."

  /// What has a schema besides commands.
  private static let files = ["recipe", "saved-plan", "error"]

  static var syntax: CommandSyntax {
    CommandSyntax(
      name: "llmcost schema", summary: summary,
      discussion: """
        The schema of a command is that of its --json; its definition 'row' is a line of --format jsonl. 'schema tables \
        NAME' is that of a file of rows, 'schema error' that of standard error beside JSON, 'schema saved-plan' that of a file of \
        --save-plan. Schemas are of the draft \
        2020-12, made from the declared results, columns and options. Without a name, all of them are printed as the \
        members of one object.
        """,
      usage: "[command | recipe | saved-plan | error | tables NAME]",
      operands: [
        Operand("command|recipe|saved-plan|error", completing: .words(names)),
        Operand("NAME", following: [("tables", .words(TableSet.names))]),
      ],
      examples: [
        CommandExample("llmcost schema pretrain", "what llmcost pretrain --json prints"),
        CommandExample("llmcost schema recipe", "for an editor that checks recipes as they are written"),
        CommandExample("llmcost schema tables prices", "rows of prices of your own"),
      ])
  }

  /// Every name that has a schema.
  static var names: [String] { Tool.commands.filter { $0.answer != nil }.map(\.name) + files }

  static func run(_ arguments: [String], in world: any World) throws(Failure) -> Outcome {
    try syntax.run(arguments, in: world) { arguments throws(Failure) in
      let catalog = TableCatalog(try Tables.load([], in: world))
      let operands = arguments.operands
      guard let name = operands.first else {
        var all: [JSONMember] = []
        for name in names { all.append((name, try schema(of: name, catalog))) }
        let tables = try TableSet.names.map { table throws(Failure) in
          ("tables \(table)", try InputSchemas.rows(of: table))
        }
        return Outcome(output: JSONDocument.object(all + tables).prettyText())
      }
      guard operands.count == 2 else { return Outcome(output: try schema(of: name, catalog).prettyText()) }
      guard name == "tables", TableSet.names.contains(operands[1]) else {
        let isTable = name == "tables"
        throw Failure(
          isTable ? "there is no table '\(operands[1])'" : "unexpected argument '\(operands[1])'",
          hint: isTable
            ? suggestion(for: operands[1], among: TableSet.names) + "'llmcost tables' lists them"
            : "write llmcost schema \(name)", usage: syntax.usageLine, status: .usage)
      }
      return Outcome(output: try InputSchemas.rows(of: operands[1]).prettyText())
    }
  }

  private static func schema(of name: String, _ catalog: TableCatalog) throws(Failure) -> JSONDocument {
    if let command = Tool.commands.first(where: { $0.name == name }), let answer = command.answer?() {
      return answer.json.saying(command.summary).document(
        title: "llmcost \(name) --json", definitions: [("row", answer.row)])
    }
    switch name {
    case "recipe": return RecipeSchema.document
    case "saved-plan": return InputSchemas.savedPlan
    case "error": return Definitions.error.document(title: "An error of llmcost beside --json")
    default:
      throw Failure(
        "there is no schema of '\(name)'",
        hint: suggestion(for: name, among: names) + "there is: \(names.joined(separator: ", "))",
        usage: syntax.usageLine, status: .usage)
    }
  }
}
