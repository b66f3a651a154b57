import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LiaisonError } from '../../../../services/shared/kernel/errors.js';
import { readAdopted } from '../../../../services/shared/policy/adopted/adopted-file.js';
import { type Adoption, createAdoption } from '../../../../services/shared/policy/adopted/adoption.js';
import { type PolicyBundle, readBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import type { PolicyJudge } from '../../../../services/shared/policy/adopted/policy-judge.js';
import { watchPolicies } from '../../../../services/shared/policy/load/watch.js';
import { loadBundle } from '../../../../services/shared/policy/policies.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { until } from '../../../support/until.js';
import { alfa, attributes, bravo, charlie, facts, folderWith, rule, write } from '../folder.js';

const CLOSED = rule('forbid (principal, action, resource);', 'closed');
const OPEN = rule('permit (principal, action, resource);', 'open');
const EXPORT = 'alfa/export.cedar';
const bundleOf = (folder: string): PolicyBundle => readBundle(folder, [alfa, bravo, charlie], digest);

interface Named {
  readonly digest: string;
  readonly at: number;
}

/** A router's place on disk, where processes follow each other. */
function place() {
  const folder = mkdtempSync(join(tmpdir(), 'adoption-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'policies.adopted');
  const judged: string[] = [];
  let clock = 1_000;
  /** Lets pass what a test says, since the verdict is tested by itself (workbench/gate). */
  let passes = true;
  const judge: PolicyJudge = {
    load: async ({ files }, directory) => loadBundle(files, directory, digest),
    judge: async ({ folder: from, directory, adopted }) => {
      const bundle = bundleOf(from);
      judged.push(`${adopted?.bundle.digest} ${bundle.digest}`);
      const sets = loadBundle(bundle.files, directory, digest);
      if (!passes)
        return { adopt: false, findings: [{ place: 'alfa/approvals.yaml', message: 'not approved' }] };
      return { adopt: true, passed: { bundle, sets, notes: [] } };
    },
  };
  const start = (
    from: string,
    { named, fetched }: { readonly named?: () => Named | undefined; readonly fetched?: PolicyBundle } = {},
  ) => {
    const adoptions: Adoption[] = [];
    const alarms: LiaisonError[] = [];
    const load = createAdoption({
      path,
      judge,
      digest,
      named: async () => named?.(),
      fetchBundle: async (wanted) => (fetched?.digest === wanted ? fetched : undefined),
      now: () => new Date((clock += 1_000)),
      onAdopt: (adoption) => adoptions.push(adoption),
      onDamaged: (error) => alarms.push(error),
    });
    const holder = watchPolicies(from, {
      directory: facts,
      load,
      onAlarm: (error) => alarms.push(error),
      onError: () => undefined,
    });
    onTestFinished(() => holder.close());
    const outcome = () =>
      holder.current()?.decide({ attributes, sections: [], recipients: [bravo] })[0]?.outcome;
    return { holder, adoptions, alarms, outcome };
  };
  return { path, judged, start, let: (verdict: boolean) => void (passes = verdict) };
}

describe('adoption of policies', () => {
  test('the first policies of a federation are adopted as such, are on disk before they decide, and are judged against nothing', async () => {
    const [at, folder] = [place(), folderWith()];
    const { holder, adoptions, outcome } = at.start(folder);
    expect(await holder.reload()).toBe(true);
    expect(outcome()).toBe('delivered');
    expect(adoptions.map(({ isFirst }) => isFirst)).toEqual([true]);
    expect(readAdopted(at.path, digest)?.bundle).toEqual(bundleOf(folder));
    expect(holder.current()?.bundle).toBe(bundleOf(folder).digest);
    expect(at.judged).toEqual([`undefined ${bundleOf(folder).digest}`]);
  });

  test('a process that starts begins with the adopted policies and not with the folder, which is judged against them', async () => {
    const [at, folder] = [place(), folderWith({ [EXPORT]: CLOSED })];
    const before = at.start(folder);
    await before.holder.reload();
    before.holder.close();
    const adopted = bundleOf(folder).digest;
    write(folder, EXPORT, OPEN);
    at.let(false);
    const after = at.start(folder);
    await until('the refusal', () => after.holder.fault()?.code === 'policy-refused');
    expect(after.outcome()).toBe('denied');
    expect(after.holder.current()?.bundle).toBe(adopted);
    expect(at.judged.at(-1)).toBe(`${adopted} ${bundleOf(folder).digest}`);
    expect(readAdopted(at.path, digest)?.bundle.digest).toBe(adopted);
    expect(after.adoptions).toEqual([]);
  });

  test('a refused folder is judged once and alarms once, until the folder changes', async () => {
    const [at, folder] = [place(), folderWith()];
    const { holder, alarms, outcome } = at.start(folder);
    await holder.reload();
    at.let(false);
    write(folder, EXPORT, CLOSED);
    expect(await holder.reload()).toBe(false);
    expect(await holder.reload()).toBe(false);
    expect([at.judged.length, alarms.length]).toEqual([2, 1]);
    expect(outcome()).toBe('delivered');
    at.let(true);
    write(folder, 'alfa/approvals.yaml', '[]');
    expect(await holder.reload()).toBe(true);
    expect(outcome()).toBe('denied');
    expect(holder.fault()).toBeUndefined();
  });

  test('a refused folder is judged again when the facts of a member change', async () => {
    const [at, folder] = [place(), folderWith()];
    const { holder, outcome } = at.start(folder);
    await holder.reload();
    at.let(false);
    write(folder, EXPORT, CLOSED);
    expect(await holder.reload()).toBe(false);
    at.let(true);
    const organisations = new Map(facts.organisations);
    const [[id, known] = []] = organisations;
    if (id !== undefined && known !== undefined) organisations.set(id, { ...known, agreements: [] });
    holder.setDirectory({ organisations });
    await until('the denial', () => outcome() === 'denied');
    expect(holder.fault()).toBeUndefined();
  });

  test('a folder that is put back to the adopted policies ends the refusal without being judged', async () => {
    const [at, folder] = [place(), folderWith({ [EXPORT]: CLOSED })];
    const { holder, adoptions } = at.start(folder);
    await holder.reload();
    at.let(false);
    write(folder, EXPORT, OPEN);
    await holder.reload();
    write(folder, EXPORT, CLOSED);
    expect(await holder.reload()).toBe(true);
    expect(holder.fault()).toBeUndefined();
    expect([at.judged.length, adoptions.length]).toEqual([2, 1]);
  });

  test('a lost disk takes the policies that the newest record names, from the folder or fetched, and judges neither', async () => {
    const [at, folder] = [place(), folderWith({ [EXPORT]: CLOSED })];
    const named = { digest: bundleOf(folder).digest, at: 1 };
    const own = at.start(folder, { named: () => named });
    await own.holder.reload();
    expect([own.outcome(), own.adoptions.map(({ isFirst }) => isFirst), at.judged]).toEqual([
      'denied',
      [false],
      [],
    ]);
    own.holder.close();

    const [lost, edited] = [place(), folderWith({ [EXPORT]: OPEN })];
    lost.let(false);
    const fetched = lost.start(edited, { named: () => named, fetched: bundleOf(folder) });
    await until('the refusal', () => fetched.holder.fault()?.code === 'policy-refused');
    expect(fetched.outcome()).toBe('denied');
    expect(lost.judged).toEqual([`${named.digest} ${bundleOf(edited).digest}`]);
  });

  test('named policies that are nowhere leave the router without policies: `policies-missing`', async () => {
    const at = place();
    const { holder, outcome, adoptions } = at.start(folderWith(), {
      named: () => ({ digest: digest('elsewhere'), at: 1 }),
    });
    expect(await holder.reload()).toBe(false);
    expect([holder.fault()?.code, outcome(), adoptions]).toEqual(['policies-missing', undefined, []]);
  });

  test('a record of another router that names newer policies wins over a refusal, one that names the previous ones does not', async () => {
    const [at, folder] = [place(), folderWith({ [EXPORT]: OPEN })];
    let named: Named | undefined;
    const { holder, outcome } = at.start(folder, { named: () => named });
    await holder.reload();
    const first = bundleOf(folder).digest;
    at.let(false);
    write(folder, EXPORT, CLOSED);
    expect(await holder.reload()).toBe(false);
    named = { digest: bundleOf(folder).digest, at: 1_000_000 };
    expect(await holder.reload()).toBe(true);
    expect(outcome()).toBe('denied');

    write(folder, EXPORT, OPEN);
    expect(bundleOf(folder).digest).toBe(first);
    named = { digest: first, at: 2_000_000 };
    expect(await holder.reload()).toBe(false);
    expect(outcome()).toBe('denied');
  });

  test('earlier policies that a router several changes behind still records are not adopted again', async () => {
    const [at, folder] = [place(), folderWith({ [EXPORT]: OPEN })];
    const first = bundleOf(folder);
    let named: Named | undefined;
    const { holder, outcome } = at.start(folder, { named: () => named, fetched: first });
    await holder.reload();
    for (const text of [CLOSED, `// again\n${CLOSED}`, `// and again\n${CLOSED}`]) {
      write(folder, EXPORT, text);
      await holder.reload();
    }
    named = { digest: first.digest, at: 1_000_000 };
    expect(await holder.reload()).toBe(true);
    expect(outcome()).toBe('denied');
    holder.close();
    const after = at.start(folder, { named: () => named, fetched: first });
    await after.holder.reload();
    expect(after.outcome()).toBe('denied');
    expect(readAdopted(at.path, digest)?.earlier?.at(-1)).toBe(first.digest);

    // While the named policies are missing an operator may go back to these.
    named = { digest: digest('elsewhere'), at: 2_000_000 };
    await after.holder.reload();
    expect(after.holder.fault()?.code).toBe('policies-missing');
    named = { digest: first.digest, at: 2_000_001 };
    at.let(false);
    await after.holder.reload();
    expect([after.holder.current()?.bundle, after.outcome()]).toEqual([first.digest, 'delivered']);
  });

  test('a damaged file is not used: it alarms, and the newest record says what decides', async () => {
    const [at, folder] = [place(), folderWith()];
    const before = at.start(folder);
    await before.holder.reload();
    before.holder.close();
    writeFileSync(at.path, 'damaged');
    write(folder, EXPORT, CLOSED);
    const after = at.start(folder, { named: () => ({ digest: digest('elsewhere'), at: 1 }) });
    expect(await after.holder.reload()).toBe(false);
    expect(after.alarms.map(({ code }) => code)).toEqual(['digest-mismatch', 'policies-missing']);
    expect(after.outcome()).toBeUndefined();
  });

  test('an invariant alone that changes is another bundle, which is judged and named by the decisions after it', async () => {
    const [at, folder] = [place(), folderWith()];
    const { holder } = at.start(folder);
    await holder.reload();
    write(folder, 'federation/invariants.yaml', '[]');
    expect(await holder.reload()).toBe(true);
    expect(holder.current()?.bundle).toBe(bundleOf(folder).digest);
    expect(at.judged).toHaveLength(2);
  });
});
