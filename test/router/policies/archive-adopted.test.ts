import { expect, onTestFinished, test } from 'vitest';
import { archiveAdopted } from '../../../services/router/policies/archive-adopted.js';
import { type Code, fail } from '../../../services/shared/kernel/errors.js';
import { createBundle, type PolicyBundle } from '../../../services/shared/policy/adopted/bundle.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { until } from '../../support/until.js';

const bundleOf = (text: string): PolicyBundle => createBundle([['federation/rules.cedar', text]], digest);

/** Runs the loop over an auditor that answers each put with the next code, and stores when there is none. */
function start(codes: readonly (Code | undefined)[]) {
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  const answers = [...codes];
  const stored: string[] = [];
  const told: string[] = [];
  let adopted: PolicyBundle | undefined;
  const put = async (bundle: PolicyBundle): Promise<void> => {
    const code = answers.shift();
    if (code !== undefined) throw fail(code, 'a test');
    stored.push(bundle.digest);
  };
  const has = async (named: string): Promise<boolean> => stored.includes(named);
  const alarms = {
    raise: (alarm: string, { code }: { readonly code?: Code | undefined }) => told.push(`${alarm} ${code}`),
    end: () => told.push('ended'),
  };
  const adopt = (bundle: PolicyBundle): void => {
    adopted = bundle;
  };
  void archiveAdopted({
    archive: { put, has },
    adopted: () => adopted,
    alarms,
    signal: stopping.signal,
    intervalMs: 1,
  });
  return { stored, told, adopt };
}

test('each adopted bundle is put into the archive once, however often the auditor did not answer before', async () => {
  const { stored, told, adopt } = start(['unreachable', 'busy', undefined, 'unreachable']);
  const [first, second] = [bundleOf('one'), bundleOf('two')];
  adopt(first);
  await until('the first set', () => stored.length === 1);
  adopt(second);
  await until('the second set', () => stored.length === 2);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([stored, told]).toEqual([
    [first.digest, second.digest],
    ['ended', 'ended'],
  ]);
});

test('an archive that refuses a bundle raises one alarm, at once, which ends when the bundle is stored', async () => {
  const { stored, told, adopt } = start(Array.from({ length: 11 }, () => 'full'));
  adopt(bundleOf('one'));
  await until('the set', () => stored.length === 1);
  expect(told).toEqual(['policies-not-archived full', 'ended']);
});

test('an auditor that does not answer for long raises an alarm', async () => {
  const { stored, told, adopt } = start(Array.from({ length: 16 }, () => 'unreachable'));
  adopt(bundleOf('one'));
  await until('the set', () => stored.length === 1);
  expect(told).toEqual(['policies-not-archived unreachable', 'ended']);
});

test('a bundle that the auditor has lost is put into the archive again', async () => {
  const { stored, adopt } = start([]);
  const bundle = bundleOf('one');
  adopt(bundle);
  await until('the bundle', () => stored.length === 1);
  stored.splice(0);
  await until('the bundle again', () => stored.length === 1);
  expect(stored).toEqual([bundle.digest]);
});
