import protobuf from 'protobufjs/minimal.js';
import { fail } from '../kernel/errors.js';

interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(reader: protobuf.Reader): T;
}

/** Encodes and decodes one protobuf message of `proto/`. */
export interface Codec<T> {
  /** Returns the canonical bytes. */
  encode(message: T): Uint8Array;
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

function decodeLoosely<T>(message: Message<T>, bytes: Uint8Array): T {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = true;
  try {
    return message.decode(reader);
  } catch {
    throw fail('frame-unreadable', 'frame does not decode');
  }
}
