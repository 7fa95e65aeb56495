import CostModel

extension BacktestAnswer {
  /// Rents of the past, forecast by a fit that has not seen their series, beside no change at all.
  ///
  /// - Throws: ``Failure`` for what no rent has, and for tables that do not read.
  init(rents catalog: TableCatalog, _ measure: Backtest.Measure, isOfTable: Bool) throws(Failure) {
    guard measure == .rent, isOfTable else {
      throw Failure(
        "--stage prices knows rent_usd of the table's rows alone", hint: "leave out --runs and --of", status: .usage)
    }
    do throws(CatalogError) {
      let history = PriceHistory(try catalog.prices(), providers: try catalog.providers())
      let backtest = try Backtest(history) { id throws(CatalogError) in try catalog.accelerator(id) }
      let still = Backtest.withoutChange(history, like: backtest.entries)
      var further: [(name: String, summary: Backtest.Summary)] = [("all, taken not to change", .init(still))]
      for horizon in Backtest.horizons {
        further.append((horizon, .init(backtest.entries.filter { $0.groups.contains(horizon) })))
        further.append((horizon + ", taken not to change", .init(still.filter { $0.groups.contains(horizon) })))
      }
      var entries = backtest.entries
      for place in entries.indices { entries[place].groups.removeAll(where: Backtest.horizons.contains) }
      self.init(
        measure: measure, entries: entries, learnedFrom: backtest.learnedFrom, constants: 4,
        leftOut: "series", further: further)
    } catch {
      throw Failure(error)
    }
  }
}
