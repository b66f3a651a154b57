import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { initDemo } from '../../../../services/cli/init/init-demo.js';
import { readFederation } from '../../../../services/cli/init/home-directory.js';
import { approveDraft } from '../../../../services/cli/up/releases/approve-draft.js';
import { followFolder } from '../../../../services/cli/up/releases/follow-folder.js';
import { readOwners } from '../../../../services/cli/up/releases/owner-files.js';
import { releaseOwner } from '../../../../services/cli/up/releases/release-owner.js';
import { createReleaseRound } from '../../../../services/cli/up/releases/release-round.js';
import { fail } from '../../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../../services/shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../../services/shared/ledger/command-content.js';
import { homeAt } from '../../../../services/shared/runtime/home.js';
import { until } from '../../../support/until.js';
import { alfa, bravo, charlie, folderWith, rule } from '../../../shared/policy/folder.js';
import { FEDERATION, QUIET } from '../../../shared/workbench/check/lint.js';
import { looseningOf, type PlayedHub, playHub } from './played-hub.js';

const ORGS = [alfa, bravo, charlie];
const EXPORT = 'alfa/export.cedar';
const CASES = `
notices: { red: { example: red } }
cases: [{ name: one, from: alfa, notice: red, expect: { bravo: deny } }]
`;
/** A rule in which the gate of the played hub finds a loosening. */
const opens = (name: string): string =>
  rule('permit (principal, action, resource) when { resource.minor };', `opens-${name}`);
const idOf = (name: string): string => looseningOf(`opens-${name}`).slice(0, 12);
const approvalOf = (name: string, until = '2999-12-31'): string =>
  `- { loosening: '${idOf(name)}', approvedBy: [Ada, Grace], reason: a test, until: ${until} }\n`;

/** The home and the folder of a demonstration with three members, and a hub that has adopted that folder. */
async function demonstration() {
  const folder = folderWith({ ...FEDERATION, ...QUIET });
  const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-releases-')));
  await initDemo(home, { facts: readFederation(folder) });
  const hub = await playHub(home, folder);
  onTestFinished(async () => {
    await hub.close();
    rmSync(home.root, { recursive: true });
  });
  const said: string[] = [];
  const stopping = new AbortController();
  /** Handles the folder as `up` does after its start. */
  const start = (before: (owner: OrgId) => void = () => {}) =>
    createReleaseRound({
      read: async () => readOwners({ folder, orgs: ORGS, today: '2026-06-01' }),
      release: async (own) => {
        before(own.owner);
        return releaseOwner(own, {
          releaser: hub.releaserOf(own.owner),
          federation: 'test',
          approve: (draft, loosenings) => approveDraft(home, draft, { orgs: ORGS, loosenings }),
          adopted: async () => hub.bundle(),
          stopping: stopping.signal,
        });
      },
      say: (words) => void said.push(words),
      stopping: stopping.signal,
    });
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  const add = (path: string, text: string): void => appendFileSync(join(folder, path), text);
  const inForce = (path: string): string | undefined => hub.bundle().files.get(path);
  return { folder, hub, said, start, write, add, inForce, stopping };
}

/** Owner, version and number of approvals of each release that was sent. */
const sentTo = (hub: PlayedHub): readonly (readonly [string, number, number])[] =>
  hub.sent().map(({ org, version, approvals }) => [org, version, approvals.length] as const);

describe('the releases of a demonstration', () => {
  test('a change of one member is released as its next version, and nothing of another member is', async () => {
    const { hub, said, start, add, inForce, folder } = await demonstration();
    const handle = start();
    expect([await handle(), sentTo(hub), said]).toEqual([true, [], []]);
    add(EXPORT, '// once\n');
    expect(await handle()).toBe(true);
    add(EXPORT, '// twice\n');
    expect(await handle()).toBe(true);
    expect(sentTo(hub)).toEqual([
      [alfa, 1, 0],
      [alfa, 2, 0],
    ]);
    const [first, second] = hub.sent();
    expect([first?.previous, second?.previous]).toEqual([null, first?.digest]);
    expect(inForce(EXPORT)).toBe(readFileSync(join(folder, EXPORT), 'utf8'));
    expect(said).toEqual(
      [1, 2].map((version) => `version ${version} of the policies of \`alfa\` is in force`),
    );
  });

  test('a loosening is approved with the keys of two approvers once `approvals.yaml` names it, and before by none', async () => {
    const { hub, said, start, add, write, inForce } = await demonstration();
    const handle = start();
    add(EXPORT, opens('red'));
    write('alfa/approvals.yaml', approvalOf('red', '2026-05-31') + approvalOf('blue'));
    expect(await handle()).toBe(true);
    expect(sentTo(hub)).toEqual([[alfa, 1, 0]]);
    const refusal = `version 1 of the policies of \`alfa\` is refused: alfa/approvals.yaml: opens-red loosens receive without approval of \`${idOf('red')}\``;
    expect(said).toEqual([refusal]);
    add(EXPORT, '// edited\n');
    write('bravo/approvals.yaml', approvalOf('red'));
    expect(await handle()).toBe(true);
    expect(said).toEqual([refusal, refusal]);
    expect(inForce(EXPORT)).not.toContain('opens-red');
    write('alfa/approvals.yaml', approvalOf('red'));
    expect(await handle()).toBe(true);
    expect(sentTo(hub).map(([, ...release]) => release)).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 2],
    ]);
    expect(inForce(EXPORT)).toContain('opens-red');
    expect(said.at(-1)).toBe('version 1 of the policies of `alfa` is in force');
  });

  test('a loosening beside one that `approvals.yaml` does not name is not approved', async () => {
    const { hub, said, start, add, write } = await demonstration();
    add(EXPORT, opens('red') + opens('blue'));
    write('alfa/approvals.yaml', approvalOf('red'));
    expect(await start()()).toBe(true);
    expect(sentTo(hub)).toEqual([[alfa, 1, 0]]);
    expect(said[0]).toMatch(
      /^version 1 .* is refused: .*, and 1 more: `.*policy show .* --org alfa` shows all$/,
    );
  });

  test('a change with an error is named with its place, and not sent; one of another member is', async () => {
    const { hub, said, start, add } = await demonstration();
    add(EXPORT, 'permit (principal, action');
    add('bravo/export.cedar', '// sound\n');
    expect(await start()()).toBe(true);
    expect(sentTo(hub)).toEqual([[bravo, 1, 0]]);
    expect(said[0]).toMatch(/^the policies of `alfa` are not released: alfa\/export\.cedar:\d+:\d+: /);
  });

  test('nothing is sent after a restart without a change, and a change from before the restart is', async () => {
    const { hub, start, add, write, inForce } = await demonstration();
    add(EXPORT, '// first\n');
    await start()();
    add(EXPORT, '// second\n');
    await start()();
    await start()();
    expect(sentTo(hub)).toHaveLength(2);
    write('alfa/cases.yaml', CASES);
    add('bravo/import.cedar', '// while nothing ran\n');
    await start()();
    expect(sentTo(hub).slice(2)).toEqual([
      [alfa, 3, 0],
      [bravo, 1, 0],
    ]);
    expect(inForce('bravo/import.cedar')).toContain('while nothing ran');
  });

  test('the files of the federation are released with the approvals of all members', async () => {
    const { hub, said, start, add, write, inForce } = await demonstration();
    const handle = start();
    add('federation/rules.cedar', '// closes nothing\n');
    expect(await handle()).toBe(true);
    add('federation/rules.cedar', opens('red'));
    write('federation/approvals.yaml', approvalOf('red'));
    expect(await handle()).toBe(true);
    expect(sentTo(hub)).toEqual([1, 2, 2].map((version) => [LEDGER_OWNER, version, ORGS.length]));
    expect(inForce('federation/rules.cedar')).toContain('opens-red');
    expect(said).toEqual(
      [1, 2].map((version) => `version ${version} of the policies of the federation is in force`),
    );
  });

  test('what is refused is sent again once the change of another owner is in force', async () => {
    const { hub, start, add, write, inForce } = await demonstration();
    // The gate finds no loosening in what another member has in force.
    add(EXPORT, '// opens-red\n');
    add('bravo/export.cedar', opens('red'));
    write('bravo/approvals.yaml', approvalOf('red'));
    expect(await start()()).toBe(true);
    expect(sentTo(hub)).toEqual([
      [alfa, 1, 0],
      [bravo, 1, 0],
      [bravo, 1, 2],
      [alfa, 1, 0],
    ]);
    expect(inForce(EXPORT)).toContain('opens-red');
  });

  test('a hub that does not answer is asked again, which is said once', async () => {
    const { hub, said, start, add } = await demonstration();
    add(EXPORT, '// edited\n');
    let isAway = true;
    const handle = start((owner) => {
      if (isAway && owner === alfa) throw fail('unreachable', 'no router answers');
    });
    expect([await handle(), await handle(), sentTo(hub)]).toEqual([false, false, []]);
    expect(said).toEqual(['the policies of `alfa` are not released yet: no router answers']);
    isAway = false;
    expect([await handle(), sentTo(hub)]).toEqual([true, [[alfa, 1, 0]]]);
  });

  test('of changes during a judgement the last one is released next', async () => {
    const { folder, hub, start, write, add, inForce, stopping } = await demonstration();
    const text = readFileSync(join(folder, EXPORT), 'utf8');
    add(EXPORT, '// 0\n');
    let isEdited = false;
    hub.onJudge = () => {
      if (isEdited) return;
      isEdited = true;
      for (const number of [1, 2, 3]) write(EXPORT, `${text}// ${number}\n`);
    };
    const ended = followFolder(folder, { handle: start(), stopping: stopping.signal });
    await until('the last change to be in force', () => inForce(EXPORT) === `${text}// 3\n`);
    stopping.abort();
    await ended;
    expect(hub.sent().map(({ files }) => files.get('export.cedar'))).toEqual([
      `${text}// 0\n`,
      `${text}// 3\n`,
    ]);
  });
});
