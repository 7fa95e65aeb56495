/// One quantity that an estimate can be told, under the name that options, tables and recipes know it by.
///
/// Everything that is said of it follows from this declaration: option, limits, help and its default, completion, grids of
/// a sweep, keys of a recipe, and the error for a value that makes no sense.
public struct Setting<Measure>: Sendable {
  /// The stable name, as `group-size`.
  public let id: String
  /// The name for people.
  public let name: String
  /// What values make sense, in base units; outside them lies a typing error.
  public let limits: ClosedRange<Double>
  /// The setting in half a line, for help.
  public let help: Message
  /// What help shows in place of a value; nil for what is usual for the unit.
  package let placeholder: String?
  /// How a value is written, where that is not in base units.
  package let entry: Entry?
  /// What counts where it is not given.
  package let fallback: Fallback
  /// What must hold for it to count.
  package let need: Need
  /// Which estimates it counts in.
  package let scope: Scope
  /// The name that estimates know the input by; see `InputRecord.id`.
  let key: String
  /// Whether it says how large the job is. Who estimates knows that, so it is never drawn: where it is not given, one
  /// stated value stands for it.
  package let isOfJob: Bool
  /// Whether it matters in every estimate that takes it.
  package let isEssential: Bool

  /// A setting.
  ///
  /// - Parameters:
  ///   - id: The stable name.
  ///   - name: The name for people.
  ///   - limits: What values make sense, in base units.
  ///   - key: The name that estimates know it by; the id with underscores unless given.
  ///   - placeholder: What help shows in place of a value.
  ///   - entry: How a value is written, where that is not in base units.
  ///   - fallback: What counts where it is not given.
  ///   - need: What must hold for it to count.
  ///   - scope: Which estimates it counts in.
  ///   - isOfJob: Whether it says how large the job is.
  ///   - isEssential: Whether it matters in every estimate that takes it.
  ///   - help: The setting in half a line.
  package init(
    _ id: String, _ name: String, _ limits: ClosedRange<Double>, key: String? = nil, placeholder: String? = nil,
    entry: Entry? = nil, else fallback: Fallback = .nothing, need: Need = .nothing, in scope: Scope = .runs,
    isOfJob: Bool = false, isEssential: Bool = false, help: Message
  ) {
    self.scope = scope
    self.isEssential = isEssential
    self.isOfJob = isOfJob
    self.id = id
    self.name = name
    self.limits = limits
    self.help = help
    self.placeholder = placeholder
    self.entry = entry
    self.fallback = fallback
    self.need = need
    self.key = key ?? String(id.map { $0 == "-" ? "_" : $0 })
  }
}

/// How a value is written that is kept in another unit: a price of a megawatt for one of a kilowatt.
package struct Entry: Sendable {
  /// What it is read as.
  package let dimension: Dimension
  /// The base unit of the setting over what is written.
  package let scale: Double

  /// Read as one unit, kept in another.
  package init(_ dimension: Dimension, scale: Double = 1) {
    self.dimension = dimension
    self.scale = scale
  }
}

/// What counts where a setting is not given.
package enum Fallback: Sendable {
  /// Nothing: what it stands for is not counted, or it must be given.
  case nothing
  /// A row of a table; `scale` turns its unit into the base unit, and stages after pre-training may have another row.
  case row(String, of: String = "factors", afterPretraining: String? = nil, scale: Double = 1)
  /// What a look-up finds, in words: the market's price, the region's grid.
  case found(String)
}

/// Kinds of estimates.
package struct Scope: OptionSet, Sendable {
  /// The kinds as bits.
  package let rawValue: Int

  /// Kinds as bits.
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// Pre-training and the stages after it that train.
  package static let training = Scope(rawValue: 1)
  /// Stages that generate text and train nothing.
  package static let generation = Scope(rawValue: 2)
  /// Searches for the size of a cluster or of a model, which rent by the hour.
  package static let search = Scope(rawValue: 4)
  /// Serving a model.
  package static let serving = Scope(rawValue: 8)
  /// A cluster without a model.
  package static let cluster = Scope(rawValue: 16)

  /// Whatever runs a stage.
  package static let runs: Scope = [.training, .generation, .search]
  /// Every kind.
  package static let all: Scope = [.runs, .serving, .cluster]
}

/// What must hold for a setting to count: given without it, it is refused, not ignored.
package enum Need: Sendable {
  /// Nothing.
  case nothing
  /// The cluster is owned.
  case ownership
  /// The cluster is owned, or the making of the hardware counts.
  case ownershipOrEmbodied
  /// The cluster is owned, or accelerators are counted by a method.
  case ownershipOrMethod
}

/// A setting whose unit is known at run time only: what options are made from.
package struct AnySetting: Sendable {
  /// See ``Setting/id``.
  package let id: String
  /// See ``Setting/name``.
  package let name: String
  /// See ``Setting/help``.
  package let help: Message
  /// What it counts.
  package let dimension: Dimension
  /// See ``Setting/limits``.
  package let limits: ClosedRange<Double>
  /// See ``Setting/placeholder``.
  package let placeholder: String?
  /// See ``Setting/entry``.
  package let entry: Entry?
  /// See ``Setting/fallback``.
  package let fallback: Fallback
  /// See ``Setting/need``.
  package let need: Need
  /// See ``Setting/scope``.
  package let scope: Scope
  /// See `InputRecord.id`.
  package let key: String
  /// See `Setting.isOfJob`.
  package let isOfJob: Bool
  /// See `Setting.isEssential`.
  package let isEssential: Bool

  /// The setting with its unit taken away.
  package init<Measure: Unit>(_ setting: Setting<Measure>) {
    id = setting.id
    name = setting.name
    help = setting.help
    dimension = Measure.dimension
    limits = setting.limits
    placeholder = setting.placeholder
    entry = setting.entry
    fallback = setting.fallback
    need = setting.need
    scope = setting.scope
    key = setting.key
    isOfJob = setting.isOfJob
    isEssential = setting.isEssential
  }
}

extension Setting where Measure: Unit {
  /// A value as an input of an estimate.
  ///
  /// - Parameters:
  ///   - value: The value, in base units.
  ///   - key: The name that estimates know it by, where it is not the setting's own.
  ///   - name: The name for people, where it is not the setting's own.
  ///   - origin: Where the value comes from, where the user did not give it.
  /// - Returns: The value, given by the setting's id.
  /// - Throws: ``ScenarioError/outOfRange(input:value:allowed:)`` outside the limits.
  package func expression(
    _ value: Ranged<Measure>, as key: String? = nil, named name: String? = nil, from origin: Origin? = nil
  ) throws(ScenarioError) -> Expression<Measure> {
    for amount in [value.low, value.typical, value.high] where !limits.contains(amount.value) {
      throw .outsideLimits(
        name ?? self.name, amount.value / (entry?.scale ?? 1),
        limits.lowerBound / (entry?.scale ?? 1)...limits.upperBound / (entry?.scale ?? 1),
        entry?.dimension ?? Measure.dimension)
    }
    return .input(key ?? self.key, name ?? self.name, value, from: origin ?? .given(id), limits: limits)
  }
}
