import { expect, test } from 'vitest';
import {
  CHECKPOINT_LIMITS,
  checkpointOf,
  readCheckpoint,
} from '../../../services/shared/wire/checkpoint-frame.js';
import { type CheckpointFrame, frames } from '../../../services/shared/wire/frames.js';

const HASH = Buffer.alloc(32, 1);
const FULL = {
  heartbeat: 'h'.repeat(CHECKPOINT_LIMITS.heartbeat),
  note: 'é'.repeat(CHECKPOINT_LIMITS.note / 2),
  proof: Array.from({ length: CHECKPOINT_LIMITS.proof }, () => HASH),
  cosignatures: Array.from({ length: CHECKPOINT_LIMITS.cosignatures }, () =>
    'c'.repeat(CHECKPOINT_LIMITS.cosignature),
  ),
};

const read = (frame: CheckpointFrame): CheckpointFrame => readCheckpoint(frames.checkpoint.encode(frame));

test('a checkpoint without a seal holds the heartbeat and nothing else', () => {
  expect(readCheckpoint(checkpointOf('a.b.c'))).toMatchObject({
    heartbeat: 'a.b.c',
    note: '',
    proof: [],
    cosignatures: [],
  });
});

test('a checkpoint is written and read up to its limits', () => {
  expect(checkpointOf(FULL.heartbeat, FULL)).toEqual(frames.checkpoint.encode(FULL));
  expect(read(FULL).proof).toHaveLength(63);
  expect(read(FULL).cosignatures).toHaveLength(16);
});

test.each<[string, Partial<CheckpointFrame>]>([
  ['a heartbeat too long', { heartbeat: `${FULL.heartbeat}h` }],
  ['a note too long by its bytes', { note: `${FULL.note}n` }],
  ['one hash too many', { proof: [...FULL.proof, HASH] }],
  ['a hash of another length', { proof: [HASH.subarray(1)] }],
  ['one cosignature too many', { cosignatures: [...FULL.cosignatures, 'c'] }],
  ['a cosignature too long', { cosignatures: [`${FULL.cosignatures[0]}c`] }],
])('a checkpoint with %s is neither read nor written', (_, more) => {
  const frame = { ...FULL, ...more };
  const refused = expect.objectContaining({ code: 'frame-unreadable' });
  expect(() => read(frame)).toThrow(refused);
  expect(() => checkpointOf(frame.heartbeat, frame)).toThrow(refused);
});

test('a checkpoint of a later contract is not decoded', () => {
  const bytes = checkpointOf('a.b.c');
  bytes[1] = 2;
  expect(() => readCheckpoint(bytes)).toThrow(expect.objectContaining({ code: 'contract-unknown' }));
});
