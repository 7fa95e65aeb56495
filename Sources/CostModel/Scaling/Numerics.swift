/// Roots and minima of functions of one variable, to the last digits that a Double holds.
enum Numerics {
  /// Where a rising function crosses zero; an end of the interval where it does not.
  ///
  /// False position by the Illinois rule, every third step a bisection: a few evaluations for a nearly straight function,
  /// and never many.
  static func root(from low: Double, to high: Double, of rising: (Double) -> Double) -> Double {
    var (low, lowValue) = (low, rising(low))
    var (high, highValue) = (high, rising(high))
    guard lowValue < 0 else { return low }
    guard highValue > 0 else { return high }
    var lastMovedLow: Bool?
    for step in 0..<200 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      let straight = low - lowValue * (high - low) / (highValue - lowValue)
      let place = step % 3 < 2 && straight > low && straight < high ? straight : middle
      let value = rising(place)
      if value == 0 { return place }
      if value < 0 {
        (low, lowValue) = (place, value)
        if lastMovedLow == true { highValue /= 2 }
        lastMovedLow = true
      } else {
        (high, highValue) = (place, value)
        if lastMovedLow == false { lowValue /= 2 }
        lastMovedLow = false
      }
      if high - low <= 1e-15 * Swift.max(abs(low), abs(high)) { break }
    }
    return -lowValue < highValue ? low : high
  }

  /// Where a function with one valley is least, by golden-section search.
  static func minimum(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
    let golden = 0.6180339887498949
    var (low, high) = (low, high)
    var left = high - golden * (high - low)
    var right = low + golden * (high - low)
    var (leftValue, rightValue) = (function(left), function(right))
    while high - low > 1e-7 {
      // Equal values are two infinities: the valley lies above, where the model is large enough for its loss.
      if leftValue < rightValue {
        (high, right, rightValue) = (right, left, leftValue)
        left = high - golden * (high - low)
        leftValue = function(left)
      } else {
        (low, left, leftValue) = (left, right, rightValue)
        right = low + golden * (high - low)
        rightValue = function(right)
      }
    }
    return leftValue < rightValue ? left : right
  }
}
