import { beforeEach, describe, expect, test } from 'vitest';
import { findQuorate } from '../../../services/gateway/witness/quorate-checkpoint.js';
import { checkpointText } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { defaultWitnessPolicy } from '../../../services/shared/tlog/default-witness-policy.js';
import { formatSignatureLine } from '../../../services/shared/tlog/signed-note.js';
import { type NoteKeyPair, ORIGIN, witnessKey } from '../../shared/tlog/log-keys.js';

const pairs = await Promise.all(Array.from({ length: 15 }, (_, at) => witnessKey(`w${at}`)));
const seen = Array.from({ length: 64 }, (_, at) => ({ text: textOf(at + 1) }));
const [OLDEST] = seen;
const UNSEEN = textOf(99);
let verifications = 0;
const policy = defaultWitnessPolicy(
  pairs.map(({ key }) => ({ name: key.name, key: { ...key, verify: counted(key) } })),
);

function textOf(size: number): string {
  return checkpointText({ origin: ORIGIN, size, root: Buffer.alloc(32) });
}

function counted({ verify }: NoteKeyPair['key']): NoteKeyPair['key']['verify'] {
  return (...parameters) => {
    verifications += 1;
    return verify(...parameters);
  };
}

/** The cosignatures of these witnesses over a checkpoint. */
function linesOver(text: string, from: number, to: number): readonly string[] {
  return pairs.slice(from, to).map(({ signer }) => formatSignatureLine(cosign(text, 1, signer)));
}

beforeEach(() => {
  verifications = 0;
});

describe('the checkpoint that a quorum cosigned', () => {
  test('is the one that eleven of fifteen witnesses cosigned, whatever the others cosigned', async () => {
    const lines = [...linesOver(UNSEEN, 0, 4), ...linesOver(OLDEST!.text, 4, 15)];
    expect(await findQuorate(seen, lines, policy)).toBe(OLDEST);
    expect(await findQuorate(seen, lines.toReversed(), policy)).toBe(OLDEST);
    expect(await findQuorate(seen, [], policy)).toBeUndefined();
  });

  test('is found by the first cosignature: the others are verified on that checkpoint only', async () => {
    expect(await findQuorate(seen, linesOver(OLDEST!.text, 0, 15), policy)).toBe(OLDEST);
    expect(verifications).toBe(seen.length + pairs.length);
  });

  test('is undefined if ten of fifteen cosigned, and none of their cosignatures is verified', async () => {
    expect(await findQuorate(seen, linesOver(OLDEST!.text, 0, 10), policy)).toBeUndefined();
    expect(verifications).toBe(0);
  });

  test('is undefined if five of fifteen cosigned an unknown one, and only those five are verified on each', async () => {
    const lines = [...linesOver(UNSEEN, 0, 5), ...linesOver(OLDEST!.text, 5, 15)];
    expect(await findQuorate(seen, lines, policy)).toBeUndefined();
    expect(verifications).toBe(5 * seen.length);
  });

  test('is undefined if one witness cosigned an unknown one many times, and only its first cosignature is verified', async () => {
    const [key] = policy.witnesses.values();
    const alone = defaultWitnessPolicy([{ name: key!.name, key: key! }]);
    const lines = Array.from({ length: 16 }, () => linesOver(UNSEEN, 0, 1)).flat();
    expect(await findQuorate(seen, lines, alone)).toBeUndefined();
    expect(verifications).toBe(seen.length);
  });
});
