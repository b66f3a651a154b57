import protobuf from 'protobufjs/minimal.js';
import { fail } from '../kernel/errors.js';

interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(reader: protobuf.Reader): T;
}

/** Both directions of one message of `proto/`. */
export interface Codec<T> {
  encode(message: T): Uint8Array;
  /** Throws `frame-unreadable` on anything but the canonical form. */
  decode(bytes: Uint8Array): T;
}

/**
 * Strict by comparison: what was decoded must encode to the very same bytes. That refuses unknown fields,
 * a repeated singular field (the last would win), trailing bytes, long varints and foreign field order at once.
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
