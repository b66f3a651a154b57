import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { createChance } from '../../../../services/shared/kernel/chance.js';
import { parseNoticeId, type OrgId, parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { type Attributes, attributesOf } from '../../../../services/shared/notice/attributes.js';
import { composeNotice } from '../../../../services/shared/notice/draft.js';
import { KINDS, SECTIONS, wordsOf } from '../../../../services/shared/notice/kinds.js';
import { createEngines } from '../../../../services/shared/policy/compiled-engine.js';
import {
  createExcessOf,
  type ExcessOf,
  type HeldShare,
} from '../../../../services/shared/policy/overheld.js';
import { projectRoot } from '../../../../services/shared/runtime/root.js';
import type { HeldChange, HeldIndex, HeldRow } from '../../../../services/shared/store/append/held-index.js';
import { openRecordIndex } from '../../../../services/shared/store/append/record-index.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { unlessStopped } from '../../unless-stopped.js';
import { exampleDraft } from '../../examples.js';
import { withMembers } from '../../many-members.js';
import type { HistoryFigure, HistoryParams, HistoryRow } from './history-part.js';

const WHOLE_NOTICES = 16_768;
/** Different headers in the index whose headers repeat. */
const FEW_HEADERS = 300;
/** Sections that each recipient holds. */
const HELD_SECTIONS = SECTIONS.slice(0, 9);
const YEAR_MS = 365 * 86_400_000;
/** Pairs between two turns of the event loop, as at the auditor. */
const CHUNK = 500;
/** Records in one transaction of the index. */
const BATCH = 64;

/**
 * Measures the time of listing the excess, with the index and the judgement that the auditor uses. Every other
 * member holds each of one originator's notices; the policies are the shipped ones.
 */
export async function measureOverheldHistory({ call, share, say }: HistoryParams): Promise<HistoryRow> {
  const { sets, directory } = withMembers(join(projectRoot, 'policies'));
  const engine = await createEngines()(sets);
  const [originator, ...recipients] = directory.organisations.keys();
  if (originator === undefined) throw new Error('no members');
  const count = Math.max(FEW_HEADERS / 10, Math.round(WHOLE_NOTICES * share));
  const figures: HistoryFigure[] = [];
  for (const { name, headers, goal } of [
    { name: 'headers that repeat', headers: Math.min(FEW_HEADERS, count) },
    { name: 'no two headers alike', headers: count, goal: 5_000 },
  ]) {
    say(`${count * recipients.length} pairs, ${headers} headers`);
    const measuring = measureIndex({ originator, recipients, count, headers }, () =>
      createExcessOf({ engine, sets, directory }),
    );
    const { excess, applyMs, listMs, cpuMs, longestMs } = await unlessStopped(measuring, call.stopping);
    say(`${excess} of them hold too much`);
    figures.push(
      { name: `${name}: applying the records`, unit: 'ms', value: applyMs },
      { name: `${name}: all pairs`, unit: 'ms', value: listMs, ...(goal === undefined ? {} : { goal }) },
      { name: `${name}: all pairs, CPU`, unit: 'ms', value: cpuMs },
      { name: `${name}: longest time without a turn of the event loop`, unit: 'ms', value: longestMs },
    );
  }
  return { part: 'overheld', history: `${(count * recipients.length).toLocaleString('en')} pairs`, figures };
}

interface Filling {
  readonly originator: OrgId;
  readonly recipients: readonly OrgId[];
  readonly count: number;
  readonly headers: number;
}

interface OverheldTimes {
  /** Pairs that hold too much. */
  readonly excess: number;
  readonly applyMs: number;
  readonly listMs: number;
  readonly cpuMs: number;
  readonly longestMs: number;
}

async function measureIndex(filling: Filling, judge: () => ExcessOf): Promise<OverheldTimes> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-overheld-'));
  const index = openRecordIndex(join(folder, 'index.db'), () => undefined);
  try {
    const changes = changesOf(filling);
    const began = performance.now();
    for (let at = 0; at < changes.length; at += BATCH)
      index.held.apply(changes.slice(at, at + BATCH), at + 1);
    const applyMs = performance.now() - began;
    return { applyMs, ...(await listAll(index.held, filling.originator, judge())) };
  } finally {
    index.close();
    rmSync(folder, { recursive: true });
  }
}

function changesOf({ originator, recipients, count, headers }: Filling): readonly HeldChange[] {
  const now = new Date();
  const attributesAt = createHeaders(originator, now);
  const kept = Array.from({ length: headers }, (_, nth) => JSON.stringify(attributesAt(nth)));
  const shares = recipients.map((to) => ({ to, sections: HELD_SECTIONS }));
  return Array.from({ length: count }, (_, nth): HeldChange => {
    const id = newId();
    const jti = `${id}.1`;
    const attributes = kept[nth % kept.length] ?? '';
    const exp = Math.floor((now.getTime() + YEAR_MS) / 1000);
    return {
      type: 'shared',
      revision: { originator, id, jti, digest: digest(jti), number: 1, exp, attributes },
      shares,
    };
  });
}

/** Returns headers of each kind in turn, whose areas, countries, codes, marks and grades are drawn. */
function createHeaders(originator: OrgId, now: Date): (nth: number) => Attributes {
  const chance = createChance(7);
  const examples = KINDS.map((kind) => {
    const composing = { id: newId(), number: now.getTime(), originator, now };
    const { header, routing } = composeNotice(exampleDraft(kind), composing);
    return attributesOf(header, routing);
  });
  const [areas, countries] = [wordsOf('crimeArea'), wordsOf('country')];
  return (nth) => {
    const example = examples[nth % examples.length];
    if (example === undefined) throw new Error('no example');
    return {
      ...example,
      crimeAreas: chance.some(areas, [1, 3]),
      countries: chance.some(countries, [1, 3]),
      codes: chance.some(wordsOf('handlingCode'), [0, 2]),
      tlp: chance.one(wordsOf('tlp')),
      classification: chance.one(wordsOf('classification')),
      evaluation: { source: chance.one(['A', 'B', 'C']), information: chance.one(['1', '2', '3']) },
    } as Attributes;
  };
}

const newId = () => parseNoticeId(uuidv7());

async function listAll(
  held: Pick<HeldIndex, 'list'>,
  originator: OrgId,
  excessOf: ExcessOf,
): Promise<Omit<OverheldTimes, 'applyMs'>> {
  const turns = watchTurns();
  const [began, before] = [performance.now(), process.cpuUsage()];
  const now = Math.floor(Date.now() / 1000);
  let after: HeldRow | undefined;
  let parsed: { readonly text: string; readonly attributes: Attributes } | undefined;
  let excess = 0;
  for (let isMore = true; isMore; await nextTurn()) {
    const rows = held.list({ originator, after, now, limit: CHUNK });
    for (const row of rows) {
      const { recipient, attributes: text, sections, unsealed } = row;
      if (parsed?.text !== text) parsed = { text, attributes: JSON.parse(text) as Attributes };
      const { attributes } = parsed;
      const share = { recipient: parseOrgId(recipient), attributes, sections, unsealed } as HeldShare;
      if (excessOf(share) !== undefined) excess += 1;
    }
    after = rows.at(-1);
    isMore = rows.length === CHUNK;
  }
  const { user, system } = process.cpuUsage(before);
  return {
    excess,
    listMs: performance.now() - began,
    cpuMs: (user + system) / 1000,
    longestMs: await turns.stop(),
  };
}

/** Measures the longest time between two turns of the event loop, until it is stopped. */
function watchTurns(): { readonly stop: () => Promise<number> } {
  const ending = new AbortController();
  const watch = async (): Promise<number> => {
    let longest = 0;
    for (let last = performance.now(); !ending.signal.aborted; last = performance.now()) {
      await nextTurn();
      longest = Math.max(longest, performance.now() - last);
    }
    return longest;
  };
  const done = watch();
  return {
    stop: () => {
      ending.abort();
      return done;
    },
  };
}
