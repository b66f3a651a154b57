import { expect, test } from 'vitest';
import { defaultWitnessPolicy } from '../../../services/shared/tlog/default-witness-policy.js';
import { formatWitnessPolicy } from '../../../services/shared/tlog/format-witness-policy.js';
import { formatVkey } from '../../../services/shared/tlog/vkey.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { logKey, witnessKey } from './log-keys.js';

test('a witness policy that was written and read again is the same, with logs, addresses and nested groups', async () => {
  const vkeys = await Promise.all(['a.example', 'b.example', 'c.example'].map((name) => witnessKey(name)));
  const [a, b, c] = vkeys.map(({ key }) => formatVkey(key));
  const text = [
    `log ${formatVkey((await logKey()).key)}`,
    `witness a ${a}`,
    `witness b ${b} https://b.example/prefix`,
    `witness c ${c}`,
    'group two 2 a b',
    'group all 1 two c',
    'quorum all',
    '',
  ].join('\n');
  expect(formatWitnessPolicy(parseWitnessPolicy(text))).toBe(text);
});

test('the policy of the members can be written, also without a member', async () => {
  const { key } = await witnessKey('demo/europol');
  const one = formatWitnessPolicy(defaultWitnessPolicy([{ name: 'europol', key }]));
  expect(one).toBe(`witness europol ${formatVkey(key)}\ngroup Members 1 europol\nquorum Members\n`);
  expect(parseWitnessPolicy(one).witnesses.get('europol')?.keyId).toBe(key.keyId);
  expect(formatWitnessPolicy(defaultWitnessPolicy([]))).toBe('quorum none\n');
});
