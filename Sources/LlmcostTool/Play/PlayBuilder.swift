import CostModel
import TextFormats

/// What a page of formulas is of: a command line with numbers that can be others.
protocol PlaySource {
  /// Whether what no formula says follows from the values too, as the months of a calendar.
  var hasCalendar: Bool { get }
  /// The formulas of the command line with some inputs at values as written; nil where it refuses them.
  mutating func sheet(_ values: [PlayValue]) -> FormulaSheet?
  /// The uncertain inputs in the order of their draws, where others are drawn with those of the formulas; else nil.
  mutating func order(_ values: [PlayValue]) -> [String]?
}

/// An input at a value, as it is written.
typealias PlayValue = (input: PlayInput, value: Double)

/// Finds which inputs of formulas a page may move, so that it shows what the command with these values would print.
///
/// An input is tried at both ends of where the page lets it move. Where the result is that of the formulas at hand, step
/// by step, it moves in them. Where both ends have other formulas in common, the page carries those too. Where
/// each end has its own, as where a layout is searched for, the input stays as it is; where months of a calendar stand
/// between the ends, it moves less far.
struct PlayBuilder<Source: PlaySource> {
  private var source: Source
  /// The most bytes that the data of a page may take.
  private let mostBytes: Int
  /// The formulas where one input has a value, by both.
  private var known: [String: FormulaSheet?] = [:]

  init(_ source: Source, mostBytes: Int = .max) { (self.source, self.mostBytes) = (source, mostBytes) }

  /// So many inputs may lead to formulas of their own: a page has a set of formulas for each choice of them.
  private static var mostChanging: Int { 3 }
  /// The most inputs of a program that a page moves.
  private static var mostOfCalendar: Int { 24 }
  /// Shares of the way to an end that are tried one after the other where a calendar stands in between.
  private var shares: [Double] { source.hasCalendar ? [1, 0.5, 0.25, 0.1] : [1] }

  /// What a page needs; nil where nothing can be moved without the program.
  mutating func play(_ base: FormulaSheet, moving candidates: [PlayInput]) -> Play? {
    guard base.canMove([]) else { return nil }
    var found: [PlayInput] = []
    for candidate in candidates { if let input = weighed(candidate, base) { found.append(input) } }
    found.sort { $0.reach > $1.reach }
    if source.hasCalendar { found = Array(found.filter { $0.reach > 0 }.prefix(Self.mostOfCalendar)) }
    var plain = together(found.filter { !$0.changesFormulas }, base)
    var changing = Array(found.filter(\.changesFormulas).prefix(Self.mostChanging))
    while true {
      let order = found.map(\.id)
      let inputs = (plain + changing).sorted { one, other in
        (order.firstIndex(of: one.id) ?? 0) < (order.firstIndex(of: other.id) ?? 0)
      }
      if inputs.isEmpty { return nil }
      if let variants = variants(of: base, plain, changing, inputs) {
        let play = Play(inputs: inputs, variants: variants)
        if mostBytes == .max || play.json.text().utf8.count <= mostBytes { return play }
      }
      if changing.popLast() == nil { plain = Array(plain.prefix(plain.count / 2)) }
    }
  }

  /// Inputs that can move all at once: all of them, or as many of the first as go together.
  private mutating func together(_ inputs: [PlayInput], _ base: FormulaSheet) -> [PlayInput] {
    if holds(base, moving: inputs) { return inputs }
    var kept: [PlayInput] = []
    for input in inputs {
      for share in shares {
        let narrowed = input.narrowed(low: share, high: share)
        guard holds(base, moving: kept + [narrowed]) else { continue }
        kept.append(narrowed)
        break
      }
    }
    return kept
  }

  // MARK: - One input

  /// The formulas where one input has a value; nil where the command line refuses it.
  private mutating func sheet(_ input: PlayInput, _ value: Double) -> FormulaSheet? {
    let key = "\(input.id) \(value)"
    if let sheet = known[key] { return sheet }
    let sheet = source.sheet([(input, value)])
    known[key] = .some(sheet)
    return sheet
  }

  /// An input with what moving it does; nil where each value leads to formulas of its own.
  private mutating func weighed(_ input: PlayInput, _ base: FormulaSheet) -> PlayInput? {
    let lowShare = share(of: input, towards: input.low, base)
    let highShare = share(of: input, towards: input.high, base)
    if let lowShare, let highShare {
      var plain = input.narrowed(low: lowShare, high: highShare)
      guard let low = sheet(plain, plain.low), let high = sheet(plain, plain.high) else {
        return nil
      }
      let places = moved(plain, base, [(plain.low, low), (plain.high, high)])
      plain.records = places.sorted().map { base.inputs[$0] }
      plain.ids = Set(plain.records.map(\.id))
      weigh(&plain, base, low, high)
      return places.isEmpty ? nil : plain
    }
    for share in shares {
      var changing = input.narrowed(low: share, high: share)
      guard let low = sheet(changing, changing.low), let high = sheet(changing, changing.high)
      else { continue }
      let places = moved(changing, low, [(changing.high, high)])
      guard !places.isEmpty, places.allSatisfy({ isMeant(low.inputs[$0], changing, changing.low) }),
        low.canMove(places)
      else { return nil }
      switch low.likeness(to: high, setting: places) {
      case .same:
        (changing.changesFormulas, changing.ids) = (true, Set(places.map { low.inputs[$0].id }))
        weigh(&changing, base, low, high)
        return changing
      case .otherNumbers: continue
      case .other: return nil
      }
    }
    return nil
  }

  /// How far an input may move towards an end with the formulas at hand, as a share of the way; nil where it may not.
  private mutating func share(of input: PlayInput, towards end: Double, _ base: FormulaSheet) -> Double? {
    for share in shares {
      let narrowed = input.narrowed(low: share, high: share)
      let value = end < input.start ? narrowed.low : narrowed.high
      guard value != input.start else { return nil }
      guard let sheet = sheet(narrowed, value) else {
        if source.hasCalendar { continue }
        return nil
      }
      let places = moved(narrowed, base, [(value, sheet)])
      guard !places.isEmpty, base.canMove(places) else { return nil }
      switch base.likeness(to: sheet, setting: places) {
      case .same: return share
      case .otherNumbers: continue
      case .other: return nil
      }
    }
    return nil
  }

  /// The places of the inputs that have a value in other formulas, where all that is other is what is meant.
  private func moved(
    _ input: PlayInput, _ base: FormulaSheet, _ others: [(value: Double, sheet: FormulaSheet)]
  ) -> Set<Int> {
    var places: Set<Int> = []
    for (value, sheet) in others {
      guard let changed = base.placesChanged(in: sheet),
        changed.allSatisfy({ isMeant(sheet.inputs[$0], input, value) })
      else { return [] }
      places.formUnion(changed)
    }
    return places
  }

  /// Whether an input of formulas has a value as it is written: what is written must be what is meant.
  private func isMeant(_ record: InputRecord, _ input: PlayInput, _ value: Double) -> Bool {
    let read = record.distribution
    return read.isCertain && (read.typical - value * input.scale).magnitude <= 1e-12 * read.typical.magnitude
  }

  private func weigh(_ input: inout PlayInput, _ base: FormulaSheet, _ low: FormulaSheet, _ high: FormulaSheet) {
    let costs = [low, high].map { $0.value("cost_usd") ?? $0.value("energy_kwh") ?? 0 }
    if costs.allSatisfy({ $0 > 0 }) { input.reach = Elementary.logarithm(costs[1] / costs[0]).magnitude }
    let clusters = [base, low, high].map(\.accelerators)
    input.clusterReach = Swift.max(1, clusters[1] / clusters[0], clusters[2] / clusters[0])
    func length(_ sheet: FormulaSheet) -> (Double, Double) {
      (sheet.value("days") ?? 0, sheet.value("accelerator_hours") ?? 0)
    }
    input.isSlowHigh = length(low) <= length(high)
  }

  // MARK: - Formulas

  /// The formulas for each choice of the inputs that change them; nil where some of them do not hold everywhere.
  private mutating func variants(
    of base: FormulaSheet, _ plain: [PlayInput], _ changing: [PlayInput], _ inputs: [PlayInput]
  ) -> [Play.Variant]? {
    var variants: [Play.Variant] = []
    for bits in 0..<(1 << changing.count) {
      let given = changing.indices.filter { bits & 1 << $0 != 0 }.map { changing[$0] }
      let values = given.map { ($0, $0.start) }
      guard let sheet = bits == 0 ? base : source.sheet(values) else { return nil }
      // An input that these formulas do not have counts for nothing here.
      let moving = given + plain.filter { !places(of: $0, in: sheet).isEmpty }
      guard holds(sheet, moving: moving) else { return nil }
      var variant = Play.Variant(given: Set(given.map(\.id)), moving: Set(moving.map(\.id)), sheet: sheet, steps: [])
      for input in moving {
        let control = inputs.firstIndex { $0.id == input.id } ?? 0
        for place in places(of: input, in: sheet) { variant.moved[place] = control }
      }
      variant.order = source.order(values)
      variants.append(variant)
    }
    // As large as the inputs make it one by one, all together.
    let most = (plain + changing).reduce(base.accelerators) { $0 * $1.clusterReach }
    for place in variants.indices {
      let moved = Set(variants[place].moved.keys)
      guard let steps = variants[place].sheet.steps(moving: moved, upTo: most) else { return nil }
      variants[place].steps = steps
    }
    return variants
  }

  /// The places of the inputs that an input sets, in formulas where those that change them are given as they stand.
  private func places(of input: PlayInput, in sheet: FormulaSheet) -> Set<Int> {
    Set(
      sheet.inputs.indices.filter { place in
        let record = sheet.inputs[place]
        guard input.ids.contains(record.id) else { return false }
        if input.changesFormulas { return isMeant(record, input, input.start) }
        return input.records.contains { $0.id == record.id && $0.distribution == record.distribution }
      })
  }

  /// Whether the formulas hold where inputs are all at one end, and all at the other; and where there is a calendar, where
  /// the job is slow and where it is fast, and where every other is at its upper end.
  private mutating func holds(_ sheet: FormulaSheet, moving inputs: [PlayInput]) -> Bool {
    let all = inputs.map { self.places(of: $0, in: sheet) }
    let places = all.reduce(into: Set<Int>()) { $0.formUnion($1) }
    guard sheet.canMove(places), places.count == all.reduce(0, { $0 + $1.count }) else { return false }
    var corners = [inputs.map { ($0, $0.low) }, inputs.map { ($0, $0.high) }]
    if source.hasCalendar, inputs.count > 1 {
      for isSlow in [true, false] {
        corners.append(inputs.map { ($0, $0.isSlowHigh == isSlow ? $0.high : $0.low) })
      }
      for parity in [0, 1] {
        corners.append(inputs.enumerated().map { ($1, $0 % 2 == parity ? $1.high : $1.low) })
      }
    }
    for corner in corners {
      guard let other = source.sheet(corner), sheet.likeness(to: other, setting: places) == .same else { return false }
      let isMeant = zip(all, corner).allSatisfy { places, said in
        places.allSatisfy { self.isMeant(other.inputs[$0], said.0, said.1) }
      }
      guard isMeant else { return false }
    }
    return true
  }
}
