/// The values that make sense for each input of a request; outside them lies a slip of the pen.
enum Limits {
  static let parameters = 1e3...1e16
  static let tokens = 1.0...1e18
  static let contextLength = 1.0...1e9
  static let epochs = 1e-6...1e4
  static let accelerators = 1.0...1e9
  static let hours = 1e-3...8.766e6
  static let storageTime = 0.0...8.766e6
  static let mfu = 1e-4...1.0
  static let price = 1e-4...1e4
  static let electricity = 1e-4...10.0
  static let powerUsageEffectiveness = 1.0...5.0
  static let carbonIntensity = 0.0...5e3
  static let research = 1.0...1e4
  static let checkpoints = 0.0...1e6
  static let share = 0.0...1.0
  static let any = 0.0...Double.greatestFiniteMagnitude
}
