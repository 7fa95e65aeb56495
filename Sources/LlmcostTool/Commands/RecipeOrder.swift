import CommandLineKit

/// Which stages of a recipe wait for which, by their places.
struct RecipeOrder {
  let waits: [[Int]]
  /// The places, each after those that it waits for.
  let order: [Int]

  /// Finds out what each stage waits for: the one before it, unless it says otherwise.
  ///
  /// - Throws: ``Recipe/Problem`` for a stage that is not there, and for stages that wait for each other.
  init(_ stages: [Recipe.Stage]) throws(Recipe.Problem) {
    var places: [String: Int] = [:]
    for (place, stage) in stages.enumerated() { places[stage.label] = place }
    var waits: [[Int]] = []
    for (place, stage) in stages.enumerated() {
      guard let after = stage.after else {
        waits.append(place > 0 ? [place - 1] : [])
        continue
      }
      var own: [Int] = []
      for entry in after {
        let label = entry.text ?? ""
        guard let other = places[label] else {
          let near = nearest(to: label, in: stages.map(\.label)).map { "did you mean '\($0)'? " } ?? ""
          throw Recipe.Problem(
            "stages.\(stage.label).after", "no stage is called '\(label)'",
            hint: near + "[] starts at once", at: entry.offset)
        }
        own.append(other)
      }
      waits.append(own)
    }
    self.waits = waits
    order = Self.sorted(waits)
    guard order.count == stages.count else { throw Self.cycle(waits, order, stages) }
  }

  /// Takes stages whose waits are all taken, until there are none (A. B. Kahn 1962).
  private static func sorted(_ waits: [[Int]]) -> [Int] {
    var open = waits.map(\.count)
    var next = [[Int]](repeating: [], count: waits.count)
    for (place, own) in waits.enumerated() { for other in own { next[other].append(place) } }
    var order = waits.indices.filter { open[$0] == 0 }
    var taken = 0
    while taken < order.count {
      for place in next[order[taken]] {
        open[place] -= 1
        if open[place] == 0 { order.append(place) }
      }
      taken += 1
    }
    return order
  }

  /// Every stage left over waits for another one left over, so following them comes round.
  private static func cycle(_ waits: [[Int]], _ order: [Int], _ stages: [Recipe.Stage]) -> Recipe.Problem {
    let left = Set(waits.indices).subtracting(order)
    var path: [Int] = []
    var place = left.min() ?? 0
    while !path.contains(place), path.count <= left.count {
      path.append(place)
      place = waits[place].first(where: left.contains) ?? place
    }
    let round = path.drop { $0 != place } + [place]
    let names = round.map { "'\(stages[$0].label)'" }
    let rest = names.dropFirst().prefix(7) + (names.count > 8 ? ["…"] : [])
    let first = round.first { stages[$0].after != nil } ?? place
    return Recipe.Problem(
      "stages.\(stages[first].label).after",
      "stages wait for each other: \(names[0]) waits for \(rest.joined(separator: ", which waits for "))",
      hint: "a stage waits for the one before it unless 'after' names others; [] starts at once",
      at: stages[first].after?.first?.offset ?? stages[first].offset)
  }
}
