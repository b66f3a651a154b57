import { beforeAll, describe, expect, test } from 'vitest';
import { openDirectory } from '../../../../services/shared/trust/directory.js';
import {
  directoryParts,
  parseDirectoryParts,
} from '../../../../services/shared/trust/directory/directory-parts.js';
import type { DirectorySource } from '../../../../services/shared/trust/directory-source.js';
import { generateKey } from '../../../../services/shared/trust/keys.js';
import { signSet } from '../../../../services/shared/trust/signed-set.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import { entryOf, IAT, makeFederation, refused, type TestFederation } from '../federation.js';

const PERSON = 'Invented Person';
const CONTACT = 'Invented duty desk';
const ADDED = ['alfa', 'bravo'];
const NAMED = ['afripol', 'alfa', 'bravo', 'europol'];

let federation: TestFederation;
let source: DirectorySource;
beforeAll(async () => {
  const operator = entryOf(await generateKey('hub:operator:1'), { person: PERSON });
  const approver = entryOf(await generateKey('europol:approver:1'), { person: PERSON });
  federation = await makeFederation(({ hub, organisations, ...head }) => {
    const { europol, ...others } = organisations;
    return {
      ...head,
      hub: { ...hub, keys: [...hub.keys, operator] },
      organisations: {
        europol: { ...europol!, contact: CONTACT, keys: [...europol!.keys, approver] },
        ...others,
        ...Object.fromEntries(ADDED.map((id) => [id, { ...europol!, keys: [] }])),
      },
      witnesses: { number: 1, since: '2026-05-01T00:00:00Z', members: NAMED, approvals: [] },
    };
  });
  source = federation.source;
});

type Part = Readonly<Record<string, unknown>>;
const parts = (): readonly Part[] => directoryParts(source);

/** Opens a directory of exactly these parts, signed by the root. */
async function open(signed: readonly unknown[]) {
  const claims = { iss: 'root', iat: IAT };
  const content = { typ: 'directory+jws', claims, parts: signed, signer: federation.root } as const;
  return openDirectory(frames.directory.encode({ directory: await signSet(content) }), federation.anchor);
}

describe('the parts of a directory', () => {
  test('are the head, the hub, each organisation, each contact, each name of a person, and the witnesses', () => {
    const types = parts().map(({ type, id, kid }) => [type, id ?? kid]);
    expect(types).toEqual([
      ['head', undefined],
      ['hub', undefined],
      ['organisation', 'europol'],
      ['organisation', 'afripol'],
      ['organisation', 'alfa'],
      ['organisation', 'bravo'],
      ['contact', 'europol'],
      ['person', 'hub:operator:1'],
      ['person', 'europol:approver:1'],
      ['witnesses', undefined],
    ]);
  });

  test('shown as one organisation, name no other organisation, no contact and no person', () => {
    const shown = JSON.stringify(parts()[2]);
    expect(shown).toContain('europol:approver:1');
    for (const other of [PERSON, CONTACT, 'afripol', 'hub:']) expect(shown).not.toContain(other);
  });

  test('put together are what was signed, with contacts and persons at their places', async () => {
    const { key, organisations, digest } = federation.directory;
    expect(parseDirectoryParts(parts())).toEqual(source);
    expect(key('hub:operator:1')?.person).toBe(PERSON);
    expect(key('europol:approver:1')).toMatchObject({ person: PERSON, use: 'approver' });
    expect([...organisations.values()].map(({ contact }) => contact)).toEqual([
      CONTACT,
      undefined,
      undefined,
      undefined,
    ]);
    expect((await open(parts())).digest).not.toBe(digest);
  });

  test.each<readonly [string, (all: readonly Part[]) => readonly unknown[]]>([
    ['without a head', (all) => all.slice(1)],
    ['without a hub', ([head, , ...others]) => [head, ...others]],
    ['with two heads', ([head, ...others]) => [head, head, ...others]],
    ['with an organisation twice', ([head, hub, org, ...others]) => [head, hub, org, org, ...others]],
    [
      'with organisations after contacts',
      ([head, hub, one, other, alfa, bravo, contact, ...others]) => [
        head,
        hub,
        one,
        contact,
        other,
        alfa,
        bravo,
        ...others,
      ],
    ],
    [
      'with a contact of nobody',
      ([...all]) => [...all.slice(0, 7), { type: 'contact', id: 'gccpol', contact: 'x' }, ...all.slice(7)],
    ],
    ['with two names for one key', (all) => [...all.slice(0, 9), ...all.slice(8)]],
    ['with the witnesses twice', (all) => [...all, all.at(-1)]],
    [
      'with a person for a key of no person',
      (all) => [...all, { type: 'person', kid: 'europol:notice:1', person: 'x' }],
    ],
    ['with a part of an unknown type', (all) => [...all, { type: 'later' }]],
    ['with a part that is no object', (all) => [...all, 7]],
    ['with a member more in a part', (all) => [...all.slice(0, -1), { ...all.at(-1), more: 1 }]],
    [
      'with a name inside a key',
      ([head, hub, ...others]) => [head, { ...hub, keys: source.hub.keys }, ...others],
    ],
    [
      'with a prototype as an organisation',
      ([head, hub, one, ...others]) => [head, hub, { ...one, id: '__proto__' }, ...others],
    ],
    ['without any', () => []],
  ])('%s are refused', async (_name, change) => {
    await refused(open(change(parts())), 'schema-invalid');
  });

  test('without the name of a person who holds a key are refused', async () => {
    await refused(open(parts().filter(({ type }) => type !== 'person')), 'key-invalid');
  });

  test('of a frame without a directory, of a later contract and with bytes behind it are refused', async () => {
    const { frame } = federation.directory;
    await refused(openDirectory(frames.directory.encode({}), federation.anchor), 'frame-unreadable');
    await refused(
      openDirectory(Buffer.concat([frame, Buffer.of(0x18, 1)]), federation.anchor),
      'frame-unreadable',
    );
    const later = frames.directory.encode({}, 2);
    await refused(openDirectory(later, federation.anchor), 'contract-unknown');
  });
});
