import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ReplaySummary } from '../../../services/shared/workbench/replay/findings.js';
import { copyOfPolicies } from '../../cli/policy/copy-of-policies.js';
import { type Outcome, startFederation } from '../../support/federation.js';
import { exampleDraft, localSystems } from '../../support/notices.js';
import { untilArchived } from '../../support/observe/until-archived.js';
import { patchBuild } from '../../support/builds/patched-build.js';

const ADOPT_MS = 300_000;

/** A module of the patched router: falsifies its decisions for interpol as the file `lie` says; none while that is empty. */
const LIAR = `
import { readFileSync } from 'node:fs';
let first;
const changed = (policy, change) => ({
  ...policy,
  decide: (asked) => policy.decide(asked).map((one) =>
    one.recipient === 'interpol' && one.outcome !== 'denied' ? change(one) : one),
});
const NOTHING = { outcome: 'denied', sections: [], withheld: [], advertised: [], obligations: [], rules: [] };
export function lie(policy) {
  first ??= policy;
  switch (readFileSync(new URL('lie', import.meta.url), 'utf8')) {
    case 'deny': return changed(policy, ({ recipient }) => ({ recipient, ...NOTHING }));
    case 'exclude': return changed(policy, ({ recipient }) => ({ recipient, ...NOTHING, because: 'excluded' }));
    case 'withhold': return changed(policy, (one) => ({
      ...one,
      outcome: 'redacted',
      sections: one.sections.slice(1),
      withheld: [...one.withheld, one.sections[0]].toSorted(),
    }));
    case 'old': return first;
    default: return policy;
  }
}
`;

/** Makes a build whose router decides as the file `lie` says; returns its folder. */
function buildWithLiar(): string {
  const snapshot = 'policy: requirePolicy(deps), now }';
  const build = patchBuild([
    ['dist/services/router/observe/gate.js', snapshot, 'policy: lie(requirePolicy(deps)), now }'],
  ]);
  onTestFinished(() => rmSync(build, { recursive: true, force: true }));
  const gate = join(build, 'dist/services/router/observe/gate.js');
  writeFileSync(gate, `import { lie } from './lie.js';\n${readFileSync(gate, 'utf8')}`);
  writeFileSync(join(build, 'dist/services/router/observe/lie.js'), LIAR);
  return build;
}

const summaryOf = ({ records }: Outcome): ReplaySummary | undefined =>
  records.map(({ summary }) => summary as ReplaySummary | undefined).find((summary) => summary !== undefined);

test('ledger replay: an honest federation has no finding; consistent denial, over-redaction and an old release are named, for the auditor and the originator', async () => {
  const { folder } = copyOfPolicies();
  const build = buildWithLiar();
  const say = (lie: string): void => writeFileSync(join(build, 'dist/services/router/observe/lie'), lie);
  say('');
  await using federation = await startFederation({ build, env: { LIAISON_POLICIES: folder } });
  const systems = localSystems(federation);
  const europol = systems.find(({ org }) => org === 'europol');
  if (europol === undefined) throw new Error('no gateway of europol');
  const replay = async (...words: readonly string[]): Promise<Outcome> => {
    await untilArchived(federation);
    return federation.cli('ledger', 'replay', '--json', ...words);
  };
  const submit = async (kind: string, by = europol): Promise<string> => {
    const { id } = await by.settled(await by.submit(exampleDraft(kind)));
    return id;
  };
  const adopt = async (text: string): Promise<void> => {
    const path = join(folder, 'europol/export.cedar');
    writeFileSync(path, `${readFileSync(path, 'utf8')}\n// ${text}\n`);
    // The command waits a minute for a router, which judges longer on a busy machine.
    const adopted = () => federation.cli('policy', 'adopt', '--policies', folder);
    await expect.poll(adopted, { timeout: ADOPT_MS }).toMatchObject({ code: 0 });
  };

  await Promise.all(
    systems.flatMap((system) => ['red', 'blue', 'green'].map((kind) => submit(kind, system))),
  );
  const honest = await replay();
  expect(honest).toMatchObject({ code: 0, stderr: '' });
  expect(summaryOf(honest)).toMatchObject({ 'decision-differs': 0, 'stale-release': 0, incomplete: false });
  expect(summaryOf(honest)?.confirmed).toBeGreaterThan(100);
  expect(summaryOf(honest)?.unchecked.excluded).toBeGreaterThan(0);
  const own = await replay('--own', 'europol');
  expect(own.code).toBe(0);
  expect(summaryOf(own)?.unchecked).toEqual({});

  say('deny');
  const denied = await submit('red');
  say('withhold');
  const withheld = await submit('red');
  say('exclude');
  const excluded = await submit('red');
  say('');
  await adopt('second');
  await submit('red');
  await adopt('third');
  await submit('red');
  say('old');
  await submit('red');
  const differs = (id: string, recorded: object): object => ({
    code: 'decision-differs',
    jti: expect.stringContaining(id),
    recipient: 'interpol',
    recorded: expect.objectContaining(recorded),
  });
  const stale = { code: 'stale-release', org: 'europol', differs: [] };
  const byRules = [differs(denied, { outcome: 'denied' }), differs(withheld, { outcome: 'redacted' })];
  // Only the originator knows whom it excluded.
  const withLists = [...byRules, differs(excluded, { because: 'excluded' }), stale];
  const archive = join(federation.home.auditorData, 'policies');
  for (const [words, findings] of [
    [[], [...byRules, stale]],
    [['--own', 'europol'], withLists],
    [['--own', 'europol', '--policies', archive], withLists],
  ] as const) {
    const { code, records } = await replay(...words);
    expect(code).toBe(1);
    expect(records.filter((record) => 'code' in record)).toMatchObject(findings);
  }
}, 1_200_000);
