import CommandLineKit
import CostModel
import TextFormats

/// A recipe as what a page moves inputs of.
struct ProgramPlay: PlaySource {
  private let reader: ProgramReader
  private let file: RecipeFile
  private let overrides: [OverrideOption]
  /// The scenario that the page is of, and those that are drawn with it.
  private let (scenario, scenarios): (String, [String])
  /// It knows the stages that do not change.
  private var builder: ProgramBuilder

  init(
    _ file: RecipeFile, _ overrides: [OverrideOption], _ reading: ProgramReader.Reading, _ reader: ProgramReader,
    _ builder: ProgramBuilder
  ) {
    (self.file, self.overrides, self.reader, self.builder) = (file, overrides, reader, builder)
    (scenario, scenarios) = (reading.scenarios[reading.plan].name, reading.scenarios.map(\.name))
  }

  /// Months are whole, and stages wait for each other.
  var hasCalendar: Bool { true }

  /// What a page of the program as it stands needs, in so many bytes at most; nil where nothing can be moved without the
  /// command.
  func play(of program: Program, drivers: Sensitivity, mostBytes: Int) -> Play? {
    let base = FormulaSheet(program)
    do throws(Failure) {
      guard let value = try reader.value(of: file, overrides, in: scenario) else { return nil }
      let candidates = RecipeInputs(of: value, base, drivers).inputs
      var builder = PlayBuilder(self, mostBytes: mostBytes)
      guard var play = builder.play(base, moving: candidates) else { return nil }
      (play.command, play.operands, play.setting) = ("program", [file.name], Option.overrides.name)
      return play
    } catch {
      return nil
    }
  }

  mutating func sheet(_ values: [PlayValue]) -> FormulaSheet? {
    // What another scenario refuses, the command refuses.
    reading(values).map { FormulaSheet($0.program) }
  }

  mutating func order(_ values: [PlayValue]) -> [String]? {
    guard scenarios.count > 1, let reading = reading(values) else { return nil }
    let order = Program.drawn(reading.scenarios.map(\.program))
    return order == FormulaSheet(reading.program).drawn ? nil : order
  }

  private mutating func reading(_ values: [PlayValue]) -> ProgramReader.Reading? {
    let moved = values.map { input, value in
      OverrideOption(input.option.split(separator: ".").map(String.init), PlayInput.text(value))
    }
    do throws(Failure) {
      return try reader.reading(file, overrides + moved, scenarios: scenarios, &builder)
    } catch {
      return nil
    }
  }
}
