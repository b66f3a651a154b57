import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LedgerRecord, frames } from '../../../services/shared/wire/frames.js';

const text = (words: string): Buffer => Buffer.from(words);
const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
const contract = Buffer.from([0x08, 0x01]);
const framed = (...fields: readonly Uint8Array[]): Buffer => Buffer.concat([contract, ...fields]);
const unreadable = expect.objectContaining({ code: 'frame-unreadable' });
const unknown = expect.objectContaining({ code: 'contract-unknown' });

const leaf = Buffer.concat([field(1, Buffer.alloc(16, 7)), field(2, text('{}'))]);
const set = Buffer.concat([field(1, text('a.b.c')), field(2, leaf)]);
const record = framed(field(2, set), field(3, text('x~')));

describe('codec', () => {
  test('the canonical form is read as it was written', () => {
    const frame = frames.record.decode(record);
    expect(frame.statement?.statement).toBe('a.b.c');
    expect(frame.receipts).toEqual(['x~']);
    expect(Buffer.compare(frames.record.encode(frame), record)).toBe(0);
  });

  test.each<[string, Buffer]>([
    ['an unknown field', Buffer.concat([record, field(9, text('more'))])],
    ['an unknown field inside', framed(field(2, Buffer.concat([set, field(7, text('?'))])))],
    ['a repeated singular field', framed(field(2, set), field(2, set))],
    [
      'a repeated string, where a lenient decoder takes the last',
      framed(field(2, Buffer.concat([field(1, text('a')), field(1, text('b'))]))),
    ],
    ['trailing bytes', Buffer.concat([record, Buffer.from([0])])],
    ['a length not in its shortest form', framed(Buffer.from([0x1a, 0x82, 0x00]), text('x~'))],
    ['a tag not in its shortest form', framed(Buffer.from([0x9a, 0x00, 2]), text('x~'))],
    ['fields out of order', framed(field(3, text('x~')), field(2, set))],
    ['a default that is written out', framed(field(2, field(1, text(''))))],
    ['a truncated frame', record.subarray(0, record.length - 1)],
    ['a wrong wire type', framed(Buffer.from([0x10, 0x01]))],
    ['text that is not UTF-8', framed(field(3, Buffer.from([0xff, 0xfe])))],
    ['a group', framed(Buffer.from([0x13, 0x14]))],
    ['a frame without a contract', record.subarray(2)],
    ['contract 0', Buffer.concat([Buffer.from([0x08, 0x00]), record.subarray(2)])],
    [
      'a contract not in its shortest form',
      Buffer.concat([Buffer.from([0x08, 0x81, 0x00]), record.subarray(2)]),
    ],
    ['a contract that does not end', Buffer.from([0x08, 0x81])],
    ['no bytes at all', Buffer.alloc(0)],
  ])('%s is refused', (_, bytes) => {
    expect(() => frames.record.decode(bytes)).toThrowError(unreadable);
  });

  test('a frame of a higher contract is unknown, whatever follows its number', () => {
    const { action: _action, submission: _submission, ...whole } = frames;
    const codecs = Object.values(whole);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 127 }), fc.uint8Array({ maxLength: 40 }), (higher, rest) => {
        const bytes = Buffer.concat([Buffer.from([0x08, higher]), rest]);
        for (const codec of codecs) expect(() => codec.decode(bytes)).toThrowError(unknown);
      }),
    );
  });

  test('any bytes are either refused with a code or read in canonical form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          const plain = frames.receipt.decode(bytes);
          expect(Buffer.compare(frames.receipt.encode(plain), bytes)).toBe(0);
        } catch (error) {
          expect([unreadable, unknown]).toContainEqual(error);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test('a frame with one byte changed, added or lost is refused or reads as something else', () => {
    const read = frames.record.decode(record);
    fc.assert(
      fc.property(
        fc.nat(record.length - 1),
        fc.constantFrom(0, 1),
        fc.uint8Array({ maxLength: 1 }),
        (at, lost, put) => {
          const changed = Buffer.concat([record.subarray(0, at), put, record.subarray(at + lost)]);
          fc.pre(Buffer.compare(changed, record) !== 0);
          try {
            expect(frames.record.decode(changed)).not.toEqual(read);
          } catch (error) {
            expect([unreadable, unknown]).toContainEqual(error);
          }
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test('a bomb of nested groups is refused, not a crash', () => {
    expect(() => frames.record.decode(framed(Buffer.alloc(400_000, 0x5b)))).toThrowError(unreadable);
  });

  test('a codec decodes what it encoded to the same message', () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const words = fc.string({ unit: 'grapheme', maxLength: 20 });
    const anyLeaf = fc.record({ salt: bytes, part: bytes });
    const statement = fc.record({ statement: words, leaves: fc.array(anyLeaf, { maxLength: 4 }) });
    const anyFrame = fc.record({ statement, receipts: fc.array(words, { maxLength: 4 }) });
    fc.assert(
      fc.property(anyFrame, (plain) => {
        expect(shape(frames.record.decode(frames.record.encode(plain)))).toEqual(shape(plain));
      }),
    );
  });
});

/** A frame without the classes of the library: bytes as hex. */
function shape({ statement, receipts = [] }: LedgerRecord): unknown {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const leaves = statement?.leaves.map(({ salt, part }) => [hex(salt), hex(part)]);
  return { statement: statement?.statement, leaves, receipts: [...receipts] };
}
