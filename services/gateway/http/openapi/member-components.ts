import { closed } from '../../../shared/kernel/closed-schema.js';
import { ref } from './notice-components.js';
import { arrayOf, instant, orNull, word } from './own-components.js';

/** Schemas of the route `/v1/members`. */
export const memberComponents: Readonly<Record<string, object>> = {
  members: closed({
    directory: { type: 'integer', minimum: 1, description: 'the version of the directory' },
    items: arrayOf(
      closed({
        org: ref('orgId'),
        name: { type: 'string' },
        state: word(['member', 'suspended', 'leaving', 'left'], 'what the directory says of it now'),
        since: { ...orNull(instant), description: 'of its state; null for `member`' },
      }),
    ),
  }),
};

/** An example of the members of a federation. */
export const membersExample = {
  directory: 12,
  items: [
    { org: 'europol', name: 'Europol', state: 'member', since: null },
    { org: 'caricompol', name: 'Caribbean Police', state: 'left', since: '2026-11-20T09:00:00.000Z' },
  ],
};
