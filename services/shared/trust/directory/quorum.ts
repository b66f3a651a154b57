/** Returns the smallest number that is more than half of `count`. */
export function moreThanHalf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** Returns the smallest number that is more than two thirds of `count`. */
export function moreThanTwoThirds(count: number): number {
  return Math.floor((2 * count) / 3) + 1;
}
