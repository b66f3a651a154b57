import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { addJoining } from '../../../../services/cli/policy/member/joining-invariants.js';

test.each(['112', 'null', 'true', '0x1f', '1e3', 'caricompol'])(
  'a member `%s` stays a text under `joining`',
  (id) => {
    const text = `- id: meets\n  when: 'true'\n  always: receive\n- { id: more, joining: [other], always: receive }\n`;
    expect(parse(addJoining(text, id))).toEqual([
      { id: 'meets', when: 'true', joining: [id], always: 'receive' },
      { id: 'more', joining: ['other', id], always: 'receive' },
    ]);
  },
);
