import { expect, test } from 'vitest';
import type { PolicyNotice } from '../../../services/shared/policy/plan.js';
import { attributes, bravo, charlie, policyWith, rule } from './folder.js';

const asked: PolicyNotice = { attributes, sections: ['media', 'identity'] };

test('policy preview: it names the layer and the rule for every recipient and section', () => {
  const { policy } = policyWith({
    'alfa/export.cedar': [
      rule('permit (principal, action in [Action::"receive", Action::"advertise"], resource);', 'base'),
      rule(
        'permit (principal, action == Action::"disclose", resource) when { context.section == Section::"identity" };',
        'who',
      ),
    ].join(''),
    'charlie/import.cedar':
      rule('permit (principal, action, resource);', 'c') +
      rule('forbid (principal, action == Action::"receive", resource);', 'no'),
  });
  expect(policy.preview(asked)).toEqual([
    {
      org: bravo,
      outcome: 'redacted',
      sections: {
        identity: { effect: 'disclose', advertise: false, layer: 'export', rule: 'who' },
        media: { effect: 'withhold', advertise: true, layer: 'export', rule: null },
      },
    },
    { org: charlie, outcome: 'denied', layer: 'import', rule: 'no', sections: {} },
  ]);
});

test('policy preview: it marks excluded recipients, and names no rule for a deny without one', () => {
  const text = rule('permit (principal, action == Action::"disclose", resource);', 'only-sections');
  const { policy } = policyWith({ 'charlie/import.cedar': text });
  expect(policy.preview({ ...asked, excluded: [bravo] })).toEqual([
    { org: bravo, outcome: 'denied', because: 'excluded', sections: {} },
    { org: charlie, outcome: 'denied', layer: 'import', sections: {} },
  ]);
});
