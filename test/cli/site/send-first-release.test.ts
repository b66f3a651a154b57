import { describe, expect, test } from 'vitest';
import type { GatewayClient } from '../../../services/cli/http-client.js';
import { sendFirstRelease } from '../../../services/cli/site/send-first-release.js';
import { fail } from '../../../services/shared/kernel/errors.js';

const RELEASE = { statement: 'a.b.c', files: Buffer.from('files') };
const RECORDED = {
  release: 'A'.repeat(43),
  statement: 'B'.repeat(43),
  version: 1,
  state: 'refused',
  recordedAt: '2027-01-31T00:00:00.000Z',
  judgedAt: null,
  judgedBy: null,
};
const answer =
  (bundle: string | null, releases: readonly object[] = []) =>
  () => ({
    bundle,
    releases,
    unrecorded: [],
  });
const TAKES = answer('C'.repeat(43));

/** A gateway that answers each question about releases with the next of these, and the last one for ever. */
function playGateway(answers: readonly (() => object)[], post: () => object = () => ({})) {
  const posted: unknown[] = [];
  let asked = 0;
  const gateway: GatewayClient = {
    org: 'alfa',
    url: '',
    get: async () => answers[Math.min(asked++, answers.length - 1)]?.(),
    post: async (_, sentBody) => {
      posted.push({ body: sentBody, afterAnswers: asked });
      return post();
    },
  };
  return { gateway, posted };
}

/** Sends the release until that is done; returns what the gateway got, and what was said. */
async function sent(answers: readonly (() => object)[], post?: () => object) {
  const { gateway, posted } = playGateway(answers, post);
  const said: string[] = [];
  const stopping = new AbortController().signal;
  await sendFirstRelease(RELEASE, { gateway, say: (words) => said.push(words), stopping });
  return { posted, said };
}

const body = { statement: 'a.b.c', files: RELEASE.files.toString('base64') };

describe('the release of a request to join', () => {
  test('is sent once the hub takes releases', async () => {
    const { posted } = await sent([answer(null), TAKES]);
    expect(posted).toEqual([{ body, afterAnswers: 2 }]);
  });

  test('is sent once the gateway and the hub answer', async () => {
    const away = (): object => {
      throw fail('unreachable', 'no answer');
    };
    expect((await sent([away, TAKES])).posted).toEqual([{ body, afterAnswers: 2 }]);
  });

  test('is not sent again while the hub has a release of the organisation, also a refused one', async () => {
    expect((await sent([answer('C'.repeat(43), [RECORDED])])).posted).toEqual([]);
  });

  test('that the gateway refuses is not sent again, and the site says why', async () => {
    const refuse = (): object => {
      throw fail('release-refused', 'its key was revoked');
    };
    const { posted, said } = await sent([TAKES], refuse);
    expect(posted).toHaveLength(1);
    expect(said).toEqual([expect.stringContaining('its key was revoked [release-refused]')]);
  });
});
