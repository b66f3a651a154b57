import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { explainRequest } from '../../../services/cli/org/explain-request.js';
import { requestWords } from '../../../services/cli/org/join-request.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';

test('the words of a request and of the hub are shown before any text of the request', () => {
  const request = {
    id: parseOrgId('caricompol'),
    name: 'Caribbean Police',
    contact: 'duty officer',
    hub: 'nats://10.0.0.1:4222',
    keys: [],
    approvers: [],
    digest: digest('a request'),
  };
  const shown = explainRequest(request, {
    root: 'AAAA',
    directory: { federation: 'demo', version: 4 },
    paint: picocolors.createColors(false),
  });
  expect(shown[0]).toContain(requestWords(request));
  expect(shown[1]).toContain("this hub's words: ");
  const text = shown.join('\n');
  const [own, ...given] = ["this hub's words", request.id, request.name, request.contact, request.hub].map(
    (part) => text.indexOf(part),
  );
  expect(Math.min(...given)).toBeGreaterThan(own!);
});
