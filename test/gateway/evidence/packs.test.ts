import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startOffline } from '../start-offline.js';
import { example } from '../start-gateway.js';
import { linesOf, type PackExchange, sectionsIn, startPackExchange, verifyAsked } from './exchange-packs.js';

let world: PackExchange;
beforeAll(async () => {
  world = await startPackExchange();
});
afterAll(() => world?.[Symbol.asyncDispose]());

/** Asks for the packs of both sides and about both recipients; each must hold. */
async function packsOf(id: string) {
  const asked = {
    own: await world.ownPack(id),
    interpol: await world.ownPack(id, 'interpol'),
    afripol: await world.ownPack(id, 'afripol'),
    held: await world.heldPack(id),
  };
  const read = async (one: (typeof asked)['own']) => {
    const lines = linesOf(await verifyAsked(world, one));
    expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
    return { lines, sections: sectionsIn(one) };
  };
  return {
    own: await read(asked.own),
    interpol: await read(asked.interpol),
    afripol: await read(asked.afripol),
    held: await read(asked.held),
  };
}

const answers = ({ lines }: { readonly lines: readonly string[] }) =>
  lines.filter((line) => line.includes('in answer to'));
const codeOf = ({ status, body }: Awaited<ReturnType<PackExchange['ownPack']>>) => [status, body['code']];

describe('packs of a notice that was denied to one recipient', () => {
  test('prove the denial in the pack about all recipients alone: one about the denied recipient is refused', async () => {
    const id = await world.submit({ kind: 'yellow' });
    await world.settled(id);
    const lines = linesOf(await verifyAsked(world, await world.ownPack(id)));
    expect(lines).toContain('✓ the hub recorded that afripol may not have NOTICE: af-no-yellow');
    expect(codeOf(await world.ownPack(id, 'afripol'))).toEqual([409, 'not-provable']);
    for (const pack of [await world.ownPack(id, 'interpol'), await world.heldPack(id)])
      expect(linesOf(await verifyAsked(world, pack))).toContain('✓ interpol signed held for NOTICE');
  });
});

describe('packs of a notice through two revisions and the actions on the second', () => {
  let id: string;
  let all: readonly string[];
  beforeAll(async () => {
    id = await world.submit();
    await world.settled(id);
    all = sectionsIn(await world.heldPack(id))[0] ?? [];
    await world.amend(id);
  });
  const without = (section: string) => all.filter((one) => one !== section);

  test('amended: have both receipts of each recipient, and the content of the newest revision', async () => {
    const { own, interpol, afripol, held } = await packsOf(id);
    expect(own.sections).toEqual([expect.arrayContaining([...all]), expect.arrayContaining([...all])]);
    for (const { lines, sections } of [interpol, afripol, held]) {
      expect(sections).toEqual([null, all]);
      expect(lines.filter((line) => line.endsWith(' signed held for NOTICE'))).toHaveLength(2);
      expect(lines).toContain('– europol signed NOTICE');
    }
  });

  test('restricted: have the answer, and no text of the section for its recipient', async () => {
    const holders = [{ org: 'interpol', sections: ['identity'] }];
    await world.order(id, 'restrict', { reason: 'by-originator', holders });
    const { own, interpol, afripol, held } = await packsOf(id);
    for (const { lines } of [own, interpol, held])
      expect(lines).toContain('✓ interpol signed destroyed in answer to restrict');
    for (const { sections } of [interpol, held]) expect(sections).toEqual([null, without('identity')]);
    expect(afripol.sections).toEqual([null, all]);
    expect(answers(afripol)).toEqual([]);
  });

  test('unsealed: have the section for its recipient, and its answer', async () => {
    await world.order(id, 'unseal', { section: 'judicial', to: 'interpol' });
    const { interpol, afripol, held } = await packsOf(id);
    for (const { lines, sections } of [interpol, held]) {
      expect(sections).toEqual([null, [...without('identity'), 'judicial'].toSorted()]);
      expect(lines).toContain('✓ interpol signed held in answer to unseal');
      expect(lines).toContain('✓ interpol signed destroyed in answer to restrict');
    }
    expect(afripol.sections).toEqual([null, all]);
  });

  test('suspended: that of the recipient has no content, and its answers', async () => {
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await world.order(id, 'suspend', { reason: 'under-review', until });
    const { interpol, afripol, held } = await packsOf(id);
    for (const { lines } of [interpol, afripol])
      expect(lines).toContainEqual(expect.stringMatching(/^✓ \w+ signed held in answer to suspend$/));
    expect(held.sections).toEqual([null, null]);
    expect(answers(held)).toHaveLength(3);
    await world.order(id, 'resume', {});
    expect((await packsOf(id)).held.sections).toEqual([
      null,
      [...without('identity'), 'judicial'].toSorted(),
    ]);
  });

  test('withdrawn: have no content, and the answers to every action at both sides', async () => {
    await world.order(id, 'withdraw', { reason: 'basis-gone' });
    const { own, interpol, held } = await packsOf(id);
    for (const { sections } of [own, interpol, held]) expect(sections).toEqual([null, null]);
    for (const { lines } of [own, interpol])
      expect(lines).toContain('✓ interpol signed destroyed in answer to withdraw');
    // What proves an action at its holder is erased with the copy.
    expect(answers(held)).toHaveLength(5);
    expect(answers(held)).toContainEqual(expect.stringMatching(/^– interpol signed destroyed in answer to/));
    expect(held.lines.filter((line) => line.endsWith(' signed held for NOTICE'))).toHaveLength(2);
  });
});

test('pack: of a notice that ended before the hub recorded it is refused', async () => {
  await using offline = await startOffline();
  const { gateway } = offline;
  const id = String((await gateway.call('POST', '/v1/notices', { body: example('red') })).body['id']);
  const path = `/v1/notices/${id}/evidence`;
  const ask = async (query = '') => codeOf(await gateway.call('GET', `${path}${query}`));
  expect(await ask()).toEqual([200, undefined]);
  expect(await ask('?recipient=afripol')).toEqual([409, 'not-provable']);
  await gateway.call('POST', `/v1/notices/${id}/withdraw`, { body: { reason: 'basis-gone' } });
  expect(await ask()).toEqual([409, 'not-provable']);
  expect(await ask('?recipient=afripol')).toEqual([409, 'not-provable']);
});
