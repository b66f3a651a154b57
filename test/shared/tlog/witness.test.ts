import { describe, expect, test } from 'vitest';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { formatSignatureLine } from '../../../services/shared/tlog/signed-note.js';
import { judgeCheckpoint } from '../../../services/shared/tlog/witness.js';
import {
  formatAddCheckpoint,
  readWitnessAnswer,
  SIZE_TYPE,
} from '../../../services/shared/tlog/witness-protocol.js';
import { witnessKey } from './log-keys.js';
import { naiveTree } from './naive-tree.js';

const naive = naiveTree();
const headOf = (size: number) => ({ size, root: naive.mth(0, size) });
const shown = (from: number, to: number) => ({ from, proof: naive.proof(from, to), head: headOf(to) });

describe('a witness', () => {
  test('cosigns the first checkpoint that it sees, one that follows, and the same one again', () => {
    expect(judgeCheckpoint(undefined, { from: 0, proof: [], head: headOf(7) })).toBe('cosign');
    expect(judgeCheckpoint(headOf(7), shown(7, 12))).toBe('cosign');
    expect(judgeCheckpoint(headOf(7), { from: 7, proof: [], head: headOf(7) })).toBe('cosign');
  });

  test('asks again where the proof begins at another size than it signed last', () => {
    expect(judgeCheckpoint(headOf(7), shown(6, 12))).toBe('ask-again');
    expect(judgeCheckpoint(headOf(7), { from: 0, proof: [], head: headOf(12) })).toBe('ask-again');
    expect(judgeCheckpoint(undefined, shown(6, 12))).toBe('ask-again');
    expect(judgeCheckpoint(headOf(12), shown(6, 7))).toBe('ask-again');
  });

  test('never cosigns a size below the one that it signed last', () => {
    for (const from of [1, 6, 7])
      expect(judgeCheckpoint(headOf(12), { ...shown(from, 7), from })).not.toBe('cosign');
    expect(judgeCheckpoint(headOf(12), { from: 12, proof: [], head: headOf(7) })).toBe('rises-not');
  });

  test('calls another root for the size that it signed a fork, wherever the proof begins', () => {
    const head = { ...headOf(7), root: naive.mth(0, 6) };
    for (const from of [0, 6, 7, 8])
      expect(judgeCheckpoint(headOf(7), { from, proof: [], head })).toBe('forked');
  });

  test('calls a proof that does not lead from root to root inconsistent', () => {
    expect(judgeCheckpoint({ ...headOf(7), root: naive.mth(0, 6) }, shown(7, 12))).toBe('inconsistent');
    expect(judgeCheckpoint(headOf(7), { ...shown(7, 12), proof: [] })).toBe('inconsistent');
    expect(judgeCheckpoint(undefined, { ...shown(7, 12), from: 0 })).toBe('inconsistent');
  });
});

/** A checkpoint that is sent from its own size. */
const SENT = { from: 5, size: 5 };

describe('add-checkpoint', () => {
  test('its body is the old size, the proof, an empty line and the note', () => {
    const [one, two] = [1, 2].map((value) => Buffer.alloc(32, value));
    const body = formatAddCheckpoint(5, [one!, two!], 'note\n');
    expect(body).toBe(`old 5\n${one!.toString('base64')}\n${two!.toString('base64')}\n\nnote\n`);
    expect(formatAddCheckpoint(0, [], 'note\n')).toBe('old 0\n\nnote\n');
    expect(() => formatAddCheckpoint(5, Array(64).fill(one), 'note\n')).toThrow(RangeError);
  });

  test('200 brings cosignatures', async () => {
    const { signer } = await witnessKey('w');
    const signed = cosign('text\n', 1, signer);
    const line = formatSignatureLine(signed);
    expect(readWitnessAnswer(SENT, { status: 200, body: line.repeat(2) })).toEqual({
      type: 'cosigned',
      signatures: [signed, signed],
    });
    for (const body of ['', '\n', 'nonsense\n', line.trimEnd(), line.repeat(40)])
      expect(readWitnessAnswer(SENT, { status: 200, body })).toEqual({ type: 'unreadable', status: 200 });
  });

  test('409 brings the size that the witness signed; with the size that was sent it is a fork', () => {
    const conflict = (body: string, contentType = SIZE_TYPE) =>
      readWitnessAnswer(SENT, { status: 409, contentType, body });
    expect(conflict('7\n')).toEqual({ type: 'other-size', size: 7 });
    expect(conflict('0\n')).toEqual({ type: 'other-size', size: 0 });
    expect(conflict('5\n')).toEqual({ type: 'forked' });
    expect(
      readWitnessAnswer({ from: 5, size: 9 }, { status: 409, contentType: SIZE_TYPE, body: '5\n' }),
    ).toEqual({ type: 'unreadable', status: 409 });
    expect(conflict('5\n', 'Text/X.tlog.size; charset=utf-8')).toEqual({ type: 'forked' });
  });

  test('409 without a readable size, as a proxy may answer, is no fork and cosigns nothing', () => {
    const answers = [
      ['', SIZE_TYPE],
      ['5', SIZE_TYPE],
      ['05\n', SIZE_TYPE],
      ['5\n', 'text/plain'],
      ['5\n', undefined],
    ] as const;
    for (const [body, contentType] of answers) {
      const answer = { status: 409, body, ...(contentType && { contentType }) };
      expect(readWitnessAnswer(SENT, answer)).toEqual({ type: 'unreadable', status: 409 });
    }
  });

  test.each([
    [404, 'log-unknown'],
    [403, 'key-unknown'],
    [400, 'not-later'],
    [422, 'inconsistent'],
  ])('%i means %s', (status, type) => {
    expect(readWitnessAnswer(SENT, { status, body: '' })).toEqual({ type });
  });

  test('any other status cosigns nothing', () => {
    expect(readWitnessAnswer(SENT, { status: 302, body: '' })).toEqual({ type: 'unreadable', status: 302 });
  });
});
