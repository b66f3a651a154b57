import { describe, expect, test } from 'vitest';
import { formatTlogProof } from '../../../../services/shared/tlog/tlog-proof.js';
import { keptNotes } from '../../../../services/shared/verify/ledger-export/kept-checkpoints.js';
import { craftEvidence } from '../craft-evidence.js';
import { heldPack } from '../craft-packs.js';

describe('a kept checkpoint', () => {
  const note = 'demo/liaison/1\n1\nAAAA\n\n— demo/liaison/1 AAAA\n';

  test('is taken from a note, a proof, or the proofs of a pack, each once', async () => {
    const proof = formatTlogProof({ index: 0, path: [], note });
    const pack = heldPack(await craftEvidence());
    const proven = { ...pack, records: pack.records.map((record) => ({ ...record, proof })) };
    expect(keptNotes(Buffer.from(note))).toEqual([note]);
    expect(keptNotes(Buffer.from(proof))).toEqual([note]);
    expect(keptNotes(Buffer.from(JSON.stringify(proven)))).toEqual([note]);
    expect(() => keptNotes(Buffer.from(JSON.stringify(pack)))).toThrow('no checkpoint');
  });
});
