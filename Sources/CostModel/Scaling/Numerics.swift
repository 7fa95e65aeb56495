/// Roots and minima of functions of one variable, to the last digits that a Double holds.
enum Numerics {
  /// Where a rising function crosses zero; an end of the interval where it does not.
  static func root(from low: Double, to high: Double, of rising: (Double) -> Double) -> Double {
    var (low, high) = (low, high)
    for _ in 0..<100 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if rising(middle) < 0 { low = middle } else { high = middle }
    }
    return low + (high - low) / 2
  }

  /// Where a function with one valley is least, by golden-section search.
  static func minimum(from low: Double, to high: Double, of function: (Double) -> Double) -> Double {
    let golden = 0.6180339887498949
    var (low, high) = (low, high)
    var left = high - golden * (high - low)
    var right = low + golden * (high - low)
    var (leftValue, rightValue) = (function(left), function(right))
    for _ in 0..<48 {
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
