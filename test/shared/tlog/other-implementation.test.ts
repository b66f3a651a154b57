import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { checkpointText, signCheckpoint } from '../../../services/shared/tlog/checkpoint.js';
import { cosign } from '../../../services/shared/tlog/cosignature.js';
import { createFrontier, type HashedNode } from '../../../services/shared/tlog/frontier.js';
import { formatNote, parseNote } from '../../../services/shared/tlog/signed-note.js';
import { formatEntryBundle, type Tile, tilePath, tileWidth } from '../../../services/shared/tlog/tiles.js';
import { formatTlogProof } from '../../../services/shared/tlog/tlog-proof.js';
import { inclusionProof } from '../../../services/shared/tlog/tree-proof.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { leafHash } from '../../../services/shared/trust/merkle.js';
import { answers, describeWhere } from '../../support/needs.js';
import { logKey, ORIGIN, witnessKey } from './log-keys.js';
import { naiveTree } from './naive-tree.js';

const SIZE = 700;
const SCRIPT = join(projectRoot, 'test/shared/tlog/verify_tlog.py');
const describePython = describeWhere(
  answers('python3', ['--version']) && answers('openssl', ['version']),
  'install python3 and openssl',
);

describePython('a verifier in Python that knows only the specifications', () => {
  let vkeys: readonly string[];

  beforeAll(async () => {
    const [log, witness] = [await logKey(), await witnessKey('witness.example/w1')];
    vkeys = [formatVkey(log.key), formatVkey(witness.key)];
    pair = { log, witness };
  });
  let pair: Record<'log' | 'witness', Awaited<ReturnType<typeof logKey>>>;

  /** Writes a whole log of `SIZE` entries as it is served, and a proof of one of them. */
  async function writeLog(): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    const { entry } = naiveTree();
    const nodes = new Map<string, Uint8Array>();
    const frontier = createFrontier();
    const keep = ({ height, index, hash }: HashedNode): unknown => nodes.set(`${height}:${index}`, hash);
    for (let index = 0; index < SIZE; index += 1) frontier.append(leafHash(entry(index))).forEach(keep);
    const read = async ({ height, index }: { height: number; index: number }): Promise<Uint8Array> =>
      nodes.get(`${height}:${index}`) ?? Promise.reject(new Error('no such node'));
    const put = (name: string, content: string | Uint8Array): void => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    };
    for (const level of ['entries', 0, 1] as const) {
      for (let index = 0; ; index += 1) {
        const tile: Tile = { level, index, width: tileWidth({ level, index }, SIZE) };
        if (tile.width === 0) break;
        const places = Array.from({ length: tile.width }, (_, at) => index * 256 + at);
        const hashes = places.map((at) => nodes.get(`${level === 1 ? 8 : 0}:${at}`) ?? new Uint8Array());
        put(
          tilePath(tile),
          level === 'entries' ? formatEntryBundle(places.map(entry)) : Buffer.concat(hashes),
        );
      }
    }
    const head = { origin: ORIGIN, size: SIZE, root: frontier.root() };
    const { text, signatures } = parseNote(signCheckpoint(head, pair.log.signer));
    const cosigned = cosign(checkpointText(head), 1_700_000_000, pair.witness.signer);
    const note = formatNote({ text, signatures: [...signatures, cosigned] });
    put('checkpoint', note);
    put('entry', entry(531));
    const path = await inclusionProof({ index: 531, size: SIZE }, read);
    put('proof.tlog-proof', formatTlogProof({ index: 531, path, note }));
    return folder;
  }

  function verify(folder: string): string {
    try {
      return execFileSync('python3', [SCRIPT, folder, ...vkeys], { encoding: 'utf8', stdio: 'pipe' });
    } catch (thrown) {
      return String((thrown as { stdout?: string }).stdout);
    }
  }

  test('believes checkpoint, cosignature, tiles, bundles and proof', async () => {
    expect(verify(await writeLog())).toBe(
      [
        'ok: the log signed the checkpoint',
        'ok: the witness cosigned it',
        'ok: the tiles of level 0 have the root',
        'ok: the tiles of level 1 are the roots of the full ones',
        'ok: the bundles hold the entries',
        'ok: the proof leads to the checkpoint\n',
      ].join('\n'),
    );
  });

  test.each([
    ['the log signed the checkpoint', 'checkpoint', 20],
    ['the tiles of level 0 have the root', 'tile/0/001', 4_000],
    ['the tiles of level 1 are the roots of the full ones', 'tile/1/000.p/2', 40],
    ['the bundles hold the entries', 'tile/entries/002.p/188', 70],
    ['the proof leads to the checkpoint', 'entry', 31],
  ])('finds one changed byte: %s', async (claim, name, at) => {
    const folder = await writeLog();
    const bytes = readFileSync(join(folder, name));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(folder, name), bytes);
    expect(verify(folder).trim().split('\n').at(-1)).toBe(`WRONG: ${claim}`);
  });
});
