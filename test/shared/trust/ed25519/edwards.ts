import { createHash } from 'node:crypto';

/** A point of the curve in affine coordinates. */
type Point = readonly [x: bigint, y: bigint];

/** A point with one of its encodings and, up to a point of small order, its multiple of the base point. */
export interface EncodedPoint {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly scalar: bigint;
}

const PRIME = 2n ** 255n - 19n;
/** The order of the base point (RFC 8032 section 5.1). */
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const SIGN = 2n ** 255n;
const D = mod(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (PRIME - 1n) / 4n);
const IDENTITY: Point = [0n, 1n];
const BASE = pointAt(mod(4n * inverse(5n)), 0n) ?? IDENTITY;

/** The points of order 1, 2, 4 and 8: the multiples of one of order 8. */
const TORSION = torsion();

/** Every encoding that a decoder without a check for canonical form reads as a point of small order. */
export const SMALL_ORDER: readonly EncodedPoint[] = TORSION.flatMap(([x, y], at) =>
  [y, y + PRIME]
    .filter((text) => text < SIGN)
    .flatMap((text) => (x === 0n ? [text, text + SIGN] : [text + (x & 1n) * SIGN]))
    .map((text) => ({
      name: `multiple ${at} of order 8 as ${hex(text)}`,
      bytes: littleEndian(text),
      scalar: 0n,
    })),
);

/** Every encoding of a y of 2^255 - 19 or more, with both signs. */
export const ABOVE_PRIME: readonly Uint8Array[] = Array.from(
  { length: 19 },
  (_, above) => PRIME + BigInt(above),
).flatMap((y) => [littleEndian(y), littleEndian(y + SIGN)]);

/** The canonical encodings of small y for which the curve has no point. */
export const OFF_CURVE: readonly Uint8Array[] = Array.from({ length: 100 }, (_, y) => BigInt(y))
  .filter((y) => pointAt(y, 0n) === undefined)
  .map(littleEndian);

/** A multiple of the base point, alone and with each point of small order added. */
export function mixedWith(scalar: bigint): readonly EncodedPoint[] {
  const point = multiply(scalar, BASE);
  return TORSION.map((small, at) => {
    const [x, y] = add(point, small);
    return { name: `${scalar} + ${at}`, bytes: littleEndian(y + (x & 1n) * SIGN), scalar };
  });
}

/** Returns the signature with this R, and S increased by `more`, that fulfils the equation up to points of small order. */
export function signatureOf(
  message: Uint8Array,
  { key, r, more }: { readonly key: EncodedPoint; readonly r: EncodedPoint; readonly more: bigint },
): Uint8Array {
  const hash = createHash('sha512').update(r.bytes).update(key.bytes).update(message).digest().reverse();
  const h = BigInt(`0x${hash.toString('hex')}`);
  return Buffer.concat([r.bytes, littleEndian(((r.scalar + h * key.scalar) % ORDER) + more)]);
}

function torsion(): readonly Point[] {
  for (let y = 2n; ; y += 1n) {
    const point = pointAt(y, 0n);
    const small = point && multiply(ORDER, point);
    if (small && multiply(4n, small)[1] !== 1n)
      return Array.from({ length: 8 }, (_, times) => multiply(BigInt(times), small));
  }
}

/** The point with this y (RFC 8032 section 5.1.3); undefined where the curve has none. */
function pointAt(y: bigint, sign: bigint): Point | undefined {
  const [u, v] = [mod(y * y - 1n), mod(D * y * y + 1n)];
  const guess = mod(u * power(v, 3n) * power(mod(u * power(v, 7n)), (PRIME - 5n) / 8n));
  const x = [guess, mod(guess * ROOT_OF_MINUS_ONE)].find((root) => mod(v * root * root) === u);
  if (x === undefined) return undefined;
  return [(x & 1n) === sign ? x : mod(-x), y];
}

function add([x1, y1]: Point, [x2, y2]: Point): Point {
  const k = mod(D * x1 * x2 * y1 * y2);
  return [mod((x1 * y2 + x2 * y1) * inverse(1n + k)), mod((y1 * y2 + x1 * x2) * inverse(1n - k))];
}

function multiply(times: bigint, point: Point): Point {
  let [sum, double] = [IDENTITY, point];
  for (let left = times; left > 0n; left >>= 1n) {
    if (left & 1n) sum = add(sum, double);
    double = add(double, double);
  }
  return sum;
}

function mod(value: bigint): bigint {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, mod(base)];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

function inverse(value: bigint): bigint {
  return power(value, PRIME - 2n);
}

function hex(value: bigint): string {
  return value.toString(16).padStart(64, '0');
}

function littleEndian(value: bigint): Uint8Array {
  return Buffer.from(hex(value), 'hex').reverse();
}
