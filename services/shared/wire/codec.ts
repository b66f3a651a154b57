import protobuf from 'protobufjs/minimal.js';
import { fail } from '../kernel/errors.js';
import { CONTRACT, OLDEST_CONTRACT } from './contract.js';

interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(reader: protobuf.Reader): T;
}

/** Encodes and decodes one protobuf message of `proto/`. */
export interface Codec<T> {
  /**
   * Returns the canonical bytes. `contract` is that of a frame; by default the one it was read in, else the
   * oldest.
   */
  encode(message: T, contract?: number): Uint8Array;
  /** Reads the canonical form only. Throws `frame-unreadable` for anything else. */
  decode(bytes: Uint8Array): T;
}

/**
 * Creates a strict codec: a decoded message must encode to the same bytes. This refuses unknown fields,
 * repeated singular fields (a lenient decoder takes the last), trailing bytes, long varints and another order
 * of fields (docs/adr/0002).
 */
export function codecOf<T>(type: unknown): Codec<T> {
  const message = type as Message<T>;
  return {
    encode: (plain) => message.encode(plain).finish(),
    decode: (bytes) => {
      const plain = decodeLoosely(message, bytes);
      if (Buffer.compare(message.encode(plain).finish(), bytes) === 0) return plain;
      throw fail('frame-unreadable', 'frame is not in canonical form');
    },
  };
}

/**
 * Creates the strict codec of a frame: it writes the number of the contract as field 1, and reads it before
 * anything else. Decoding also throws `contract-unknown` for a higher contract, whose form is unknown.
 */
export function frameCodecOf<T extends object>(type: unknown): Codec<T> {
  const inner = codecOf<T & { readonly contract: number }>(type);
  return {
    // A decoded frame keeps its contract, so that encoding gives the same bytes again.
    encode: (plain, contract) =>
      inner.encode({ contract: OLDEST_CONTRACT, ...plain, ...(contract === undefined ? {} : { contract }) }),
    decode: (bytes) => {
      const contract = contractOf(bytes);
      if (contract > CONTRACT) throw fail('contract-unknown', `a frame of contract ${contract}`);
      if (contract < OLDEST_CONTRACT) throw fail('frame-unreadable', 'frame does not name its contract');
      return inner.decode(bytes);
    },
  };
}

/** The tag of field 1, the contract, as a varint: the first byte of each frame. */
export const CONTRACT_TAG = 0x08;

/** Reads the number of the contract of a frame, whatever follows it; 0 if it names none. */
export function contractOf(bytes: Uint8Array): number {
  if (bytes[0] !== CONTRACT_TAG) return 0;
  try {
    return protobuf.Reader.create(bytes.subarray(1)).uint32();
  } catch {
    return 0;
  }
}

function decodeLoosely<T>(message: Message<T>, bytes: Uint8Array): T {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = true;
  try {
    return message.decode(reader);
  } catch {
    throw fail('frame-unreadable', 'frame does not decode');
  }
}
