/** The prime of the field, the constant of the curve and the order of the base point (RFC 8032 section 5.1). */
const PRIME = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const POINT_BYTES = 32;
/** The bit above y in the encoding of a point; it holds the lowest bit of x (RFC 8032 section 5.1.2). */
const SIGN = 2n ** 255n;

/**
 * True for a canonical encoding that does not belong to a point of small order. Under a key of small order one signature is
 * valid for many messages, so that its owner could deny a receipt; a key with two encodings could be listed twice. "Taming
 * the many EdDSAs" compares the libraries.
 */
export function isPointForm(point: Uint8Array): boolean {
  return point.length === POINT_BYTES && !isAbovePrime(point) && !SMALL_ORDER.has(keyOf(point));
}

/**
 * True if the curve has a point with this encoding; takes 0.1 ms. A y has a point exactly if x² = (y² - 1) / (dy² + 1) has a
 * root, that is, if numerator times denominator is a square.
 */
export function isOnCurve(point: Uint8Array): boolean {
  const y = integerOf(point) % SIGN;
  const square = (y * y) % PRIME;
  return isSquare(((square - 1n + PRIME) * (D * square + 1n)) % PRIME);
}

/**
 * True for 64 bytes of which R is canonical and not of small order, and S is below the order of the base point (RFC 8032
 * section 5.1.7). Libraries disagree about other signatures, so those are refused before verification.
 */
export function isSignatureForm(signature: Uint8Array): boolean {
  if (signature.length !== 2 * POINT_BYTES) return false;
  return isPointForm(signature.subarray(0, POINT_BYTES)) && isBelowOrder(signature.subarray(POINT_BYTES));
}

/** True for a y of at least 2^255 - 19, which is not canonical. */
function isAbovePrime(point: Uint8Array): boolean {
  const [first = 0, last = 0] = [point[0], point[POINT_BYTES - 1]];
  return (last & 0x7f) === 0x7f && first >= 0xed && point.subarray(1, -1).every((byte) => byte === 0xff);
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  let [power, base] = [1n, value];
  for (let exponent = (PRIME - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) power = (power * base) % PRIME;
    base = (base * base) % PRIME;
  }
  return power <= 1n;
}

const ORDER_BYTES = bytesOf(ORDER);

function isBelowOrder(number: Uint8Array): boolean {
  for (let at = POINT_BYTES - 1; at >= 0; at -= 1) {
    const difference = (number[at] ?? 0) - (ORDER_BYTES[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The y of a point of order 8; the other points of order 8 have this y or its negative. */
const ORDER_8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
/** Both signs of the y of every point of order 1, 2, 4 and 8. */
const SMALL_ORDER: ReadonlySet<string> = new Set(
  [0n, 1n, PRIME - 1n, ORDER_8, PRIME - ORDER_8].flatMap((y) => [y, y + SIGN].map(bytesOf).map(keyOf)),
);

function keyOf(point: Uint8Array): string {
  return Buffer.from(point.buffer, point.byteOffset, point.byteLength).toString('latin1');
}

/** Reads a number in little-endian order. */
function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function bytesOf(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(2 * POINT_BYTES, '0'), 'hex').reverse();
}
