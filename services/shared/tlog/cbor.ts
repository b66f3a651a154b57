/**
 * What `encodeCbor` encodes: whole numbers, texts, bytes, null, lists, maps by whole numbers, and tagged values. A receipt needs
 * nothing else (docs/adr/0033-own-cbor-encoder.md).
 */
export type CborValue =
  | number
  | string
  | null
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number, CborValue>
  | CborTagged;

/** A value with a tag (RFC 8949 section 3.4). */
export interface CborTagged {
  readonly tag: number;
  readonly value: CborValue;
}

/** The major types of RFC 8949 section 3.1. */
const [UNSIGNED, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG] = [0, 1, 2, 3, 4, 5, 6] as const;
const NULL = Buffer.of(0xf6);

/** Encodes a value in the core deterministic form of RFC 8949 section 4.2.1: shortest heads, map keys by their bytes. */
export function encodeCbor(value: CborValue): Buffer {
  if (value === null) return NULL;
  if (typeof value === 'number') return value < 0 ? head(NEGATIVE, -1 - value) : head(UNSIGNED, value);
  if (typeof value === 'string')
    return Buffer.concat([head(TEXT, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(BYTES, value.length), value]);
  if (value instanceof Map) return encodeMap(value);
  if (Array.isArray(value)) return Buffer.concat([head(LIST, value.length), ...value.map(encodeCbor)]);
  const tagged = value as CborTagged;
  return Buffer.concat([head(TAG, tagged.tag), encodeCbor(tagged.value)]);
}

function encodeMap(map: ReadonlyMap<number, CborValue>): Buffer {
  const pairs = [...map].map(([key, value]) => [encodeCbor(key), encodeCbor(value)] as const);
  const sorted = pairs.toSorted(([one], [other]) => Buffer.compare(one, other));
  return Buffer.concat([head(MAP, map.size), ...sorted.flat()]);
}

/** Returns the head of an item: its major type, and its argument in as few bytes as hold it. */
function head(type: number, argument: number): Buffer {
  if (!Number.isSafeInteger(argument) || argument < 0) throw new RangeError('a number of CBOR is whole');
  const first = type << 5;
  if (argument < 24) return Buffer.of(first | argument);
  const size = argument < 2 ** 8 ? 0 : argument < 2 ** 16 ? 1 : argument < 2 ** 32 ? 2 : 3;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(argument));
  return Buffer.concat([Buffer.of(first | (24 + size)), bytes.subarray(8 - 2 ** size)]);
}
