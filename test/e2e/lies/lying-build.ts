import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { patchBuild } from '../../support/builds/patched-build.js';

/** A lie about deliveries to one recipient: of the router, but `other-receipt` of the recipient's own gateway. */
export type Lie = 'held-back' | 'dropped' | 'less' | 'other-record' | 'other-digest' | 'other-receipt';

/** A copy of this build whose processes tell one lie at a time, and none at first. */
export interface LyingBuild {
  readonly folder: string;
  /** Sets the lie that the processes tell from now on; without one they tell none. */
  tell(lie?: Lie): void;
}

const FRAMES = 'dist/services/router/frames';
/** The expression that reads the name of the present lie; both patched folders are four levels below the build. */
const TOLD =
  "process.getBuiltinModule('node:fs').readFileSync(`${import.meta.dirname}/../../../../lie`, 'utf8')";

/** Makes such a build, with lies about deliveries to this recipient. The caller removes its folder. */
export function lyingBuild(recipient: string): LyingBuild {
  const folder = patchBuild([
    [`${FRAMES}/deliver.js`, "from './deliver-or-park.js'", "from './lie.js'"],
    [`${FRAMES}/record.js`, "from './disclosures-of.js'", "from './lie.js'"],
    [
      'dist/services/gateway/inbound/answer-delivery.js',
      'return signReceipt({ ...about, records, root, size,',
      `const isLie = recipient === '${recipient}' && ${TOLD} === 'other-receipt';
       return signReceipt({ ...about, records, root: isLie ? 'A'.repeat(43) : root, size,`,
    ],
  ]);
  const tell = (lie = ''): void => writeFileSync(join(folder, 'lie'), lie);
  tell();
  const head = `const RECIPIENT = '${recipient}';\nconst told = () => ${TOLD};\n`;
  writeFileSync(join(folder, FRAMES, 'lie.js'), head + STEPS);
  return { folder, tell };
}

/** The steps that the patched router has instead of its own. */
const STEPS = `
import { setTimeout as delay } from 'node:timers/promises';
import * as steps from './deliver-or-park.js';
import * as disclosures from './disclosures-of.js';
import { signDelivery } from '../../shared/ledger/delivery/delivery.js';
import { redact } from '../../shared/trust/redact.js';
import { claimsIn } from '../../shared/trust/token-claims.js';
import { frames } from '../../shared/wire/frames.js';

export const { shownTo } = steps;

// A share that names all sections, with the digest of all but the first.
export function disclosuresOf(notices) {
  const found = disclosures.disclosuresOf(notices);
  return told() === 'other-digest' ? (jti, sections) => found(jti, sections.slice(1)) : found;
}

// A delivery of all sections but the first, with the root of these.
function withLess({ records, notices, ...content }) {
  const lessOf = (part) => {
    if (part.type !== 'share') return part;
    const sections = part.sections.slice(1);
    return { ...part, sections, disclosed: redact(notices.get(part.jti), sections).disclosed };
  };
  const less = records.map(({ parts, ...record }) => ({ ...record, parts: parts.map(lessOf) }));
  return { ...content, notices, records: less };
}

// A true delivery, under the record on a notice of another originator.
async function underOther(other, bytes, { signer, now, about }) {
  const { statement, seed, items } = frames.delivery.decode(bytes);
  const { root, size, actions, requests } = claimsIn(statement);
  const said = { ...about, root, size, actions, requests, records: other.map(({ digest }) => digest) };
  const records = other.map(({ proof }) => proof);
  return frames.delivery.encode({ statement: await signDelivery(said, { signer, now }), seed, items, records });
}

const newest = new Map();

export async function packDelivery(hub, now, content) {
  const lie = told();
  if (lie === 'other-digest') return steps.packDelivery(hub, now, withLess(content));
  const { recipient, originator, frame, records } = content;
  if (recipient !== RECIPIENT) return steps.packDelivery(hub, now, content);
  newest.set(originator, records);
  const [, other] = [...newest].find(([org]) => org !== originator) ?? [];
  if (lie === 'less') return steps.packDelivery(hub, now, withLess(content));
  const bytes = await steps.packDelivery(hub, now, content);
  if (lie !== 'other-record') return bytes;
  return underOther(other, bytes, { signer: hub.signer, now, about: { recipient, originator, frame } });
}

export async function deliverOrPark(hub, address, bytes) {
  const lie = address.recipient === RECIPIENT ? told() : '';
  const send = () => steps.deliverOrPark(hub, address, bytes);
  if (lie !== 'dropped' && lie !== 'held-back') return send();
  if (lie === 'held-back') void whenHonest().then(send);
  return { status: 'delivered', placed: 1 };
}

async function whenHonest() {
  while (told() !== '') await delay(100);
}
`;
