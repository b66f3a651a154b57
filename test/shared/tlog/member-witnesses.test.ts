import { describe, expect, test } from 'vitest';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { generateKey } from '../../../services/shared/trust/keys.js';
import { entryOf, makeFederation, NOW } from '../trust/federation.js';

describe('the witness policy of a directory', () => {
  test('a member called `none` is a witness like any other', async () => {
    const keys = [entryOf(await generateKey('none:witness:1'))];
    const { directory } = await makeFederation(({ organisations, ...source }) => {
      const { europol } = organisations;
      return { ...source, organisations: { ...organisations, none: { ...europol!, keys } } };
    });
    const { witnesses, groups, quorum } = memberPolicy(directory, NOW);
    expect([...witnesses.values()].map(({ name }) => name)).toEqual(['demo/none']);
    expect(groups.get(quorum)).toEqual({ threshold: 1, members: ['none'] });
  });
});
