import { expect, test } from 'vitest';
import { withStages } from '../../../services/cli/notice/add-stages.js';
import { type ShownNotice, showNotice } from '../../../services/cli/notice/notice-table.js';
import { createOutput } from '../../../services/cli/terminal/output.js';

const { stdout, stderr } = process;
const output = { ...createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false }), width: 200 };

const recipient = (org: string) => ({
  org,
  outcome: 'delivered',
  sections: [],
  withheld: [],
  obligations: [],
  rules: [],
  receipt: null,
});
const notice: ShownNotice = {
  id: '01977000-0000-7000-8000-000000000001',
  revision: 1,
  number: 1,
  state: 'routed',
  header: null,
  recipients: ['afripol', 'ecopol', 'gccpol', 'interpol'].map(recipient),
};
const [at, deadline] = ['2026-06-01T12:00:00.000Z', '2026-06-02T12:00:00.000Z'];
const routed = { stage: 'routed', outcome: 'positive', word: 'delivered', at, by: 'hub' };
const answer = {
  stages: [{ stage: 'accepted', outcome: 'positive', word: 'accepted', at, by: 'hub', deadline }],
  recipients: [
    {
      org: 'afripol',
      stages: [
        routed,
        { stage: 'delivered', outcome: 'positive', word: 'delivered', at, by: 'afripol', deadline },
        {
          stage: 'held',
          outcome: 'negative',
          word: 'rejected',
          code: 'key-unknown',
          at,
          by: 'afripol',
          deadline,
        },
        { stage: 'acted', outcome: 'open', word: 'owed', verb: 'withdraw', deadline },
      ],
    },
    { org: 'ecopol', stages: [{ ...routed, outcome: 'negative', word: 'denied' }] },
    {
      org: 'gccpol',
      stages: [
        routed,
        { stage: 'delivered', outcome: 'negative', word: 'no-evidence', at, by: 'europol', deadline },
      ],
    },
  ],
};

test('cli notice show: each stage of a recipient has its mark, its word, and the time or the deadline', async () => {
  const asked: string[] = [];
  const get = async (path: string): Promise<unknown> => (asked.push(path), answer);
  const staged = await withStages(notice, { get });
  expect(asked).toEqual([`/v1/notices/${notice.id}/stages`]);
  expect(staged.recipients.map(({ stages }) => stages?.length)).toEqual([4, 1, 2, 0]);
  const text = showNotice(staged, output, false);
  expect(text).toContain('stages: ✓ accepted 2026-06-01 12:00:00');
  expect(text).toMatch(
    /afripol +✓ delivered 12:00:00 +✓ delivered 12:00:00 +✗ rejected key-unknown 12:00:00 +… withdraw owed due 2026-06-02 12:00/,
  );
  expect(text).toMatch(/gccpol +✓ delivered 12:00:00 +✗ no-evidence due 2026-06-02 12:00 +– +–/);
});

test('cli notice show: a recipient that was denied the notice has no row of stages', async () => {
  const staged = await withStages(notice, { get: async () => answer });
  const lines = showNotice(staged, output, false).split('\n');
  expect(lines.filter((line) => /ecopol|interpol/.test(line))).toHaveLength(2);
});
