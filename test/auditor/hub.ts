import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { createAuditor, type Auditor } from '../../services/auditor/auditor.js';
import { type Archive, openArchive } from '../../services/auditor/archive.js';
import { openPolicyArchive } from '../../services/auditor/policy-archive.js';
import { watchCallers } from '../../services/shared/trust/callers.js';
import type { Bus } from '../../services/shared/bus/connect.js';
import { publishLatest } from '../../services/shared/bus/publish.js';
import {
  type Jti,
  jtiOf,
  parseFrameId,
  parseNoticeId,
  parseOrgId,
} from '../../services/shared/kernel/ids.js';
import { type ReceiptType } from '../../services/shared/kernel/receipt-types.js';
import { signReceipt } from '../../services/shared/ledger/receipt/receipt.js';
import type {
  DecisionPart,
  DenialPart,
  NoticePart,
  ReportPart,
} from '../../services/shared/ledger/record-parts.js';
import { signReceipts } from '../../services/shared/ledger/receipt/receipts-record.js';
import { signReport } from '../../services/shared/ledger/record-sign.js';
import { createLogger } from '../../services/shared/runtime/logger.js';
import { createMeter } from '../../services/shared/runtime/meter.js';
import { digest } from '../../services/shared/trust/digest.js';
import type { WitnessPolicy } from '../../services/shared/tlog/witness-policy.js';
import { type Directory, openDirectory } from '../../services/shared/trust/directory.js';
import { readByteSigner } from '../../services/shared/trust/byte-signer.js';
import { readSigner, type Signer } from '../../services/shared/trust/keys.js';
import { subjects } from '../../services/shared/wire/subjects.js';
import { type Broker, startBroker } from '../support/broker.js';
import { alarmsFor } from '../support/alarms-for.js';
import { AUDITOR_LOADER } from '../support/auditor-loader.js';
import { noDisclosures } from '../support/no-disclosures.js';
import { until } from '../support/until.js';

export const NOTICE = '01890a5d-ac96-774b-bcce-b302099a8057';
const FRAME = parseFrameId('a'.repeat(64));
const DIGEST = digest('a notice');
const MEMBERS = ['afripol', 'europol', 'gccpol', 'interpol'].map(parseOrgId);

/** A hub without a router; records are signed here with the router's real key. */
export interface Hub {
  readonly broker: Broker;
  readonly directory: Directory;
  readonly router: Bus;
  readonly signers: {
    readonly hub: Signer;
    readonly audit: Signer;
    readonly europol: Signer;
    readonly notice: Signer;
  };
  report(org: string, parts: readonly ReportPart[], more?: Reporting): Promise<Uint8Array>;
  /**
   * The receipt of an organisation for the last delivery of these notices; other notices of it are
   * `not-held`.
   */
  receipts(org: string, originator: string, said: readonly Said[]): Promise<Uint8Array>;
  publish(org: string, bytes: Uint8Array): Promise<void>;
  /** Starts the auditor over the home's archive; `stop` closes everything that it opened. */
  audit(options?: {
    heartbeatMs?: number;
    heartbeatRecords?: number;
    afterLoss?: boolean;
    /** The folder of the archive and the log; absent: that of the home. */
    data?: string;
    directory?: () => Directory;
    witnessPolicy?: WitnessPolicy;
  }): Promise<RunningAuditor>;
  close(): Promise<void>;
}

/** What a receipt says of one notice. */
interface Said {
  readonly jti: Jti;
  readonly type: ReceiptType;
}

interface Reporting {
  readonly signer?: Signer;
  readonly reason?: 'routing' | 'narrowing';
  /** The time stated in the record. */
  readonly at?: Date;
  /** The digest of the bundle of policies that decided. */
  readonly bundle?: string;
}

export interface RunningAuditor extends Auditor {
  readonly archive: Archive;
  /** The names and codes of the listed alarms. */
  alarms(): readonly string[];
  /** The log lines of alarms. */
  logged(): string;
  /** The metrics, as Prometheus reads them. */
  metrics(): Promise<string>;
  /** Waits until the archive holds this many records. */
  until(met: (archive: Archive) => boolean): Promise<void>;
}

export async function startHub(): Promise<Hub> {
  const broker = await startBroker({ orgs: ['afripol', 'europol', 'interpol'] });
  const { home } = broker;
  const directory = await openDirectory(
    readFileSync(home.directory),
    JSON.parse(readFileSync(home.anchor, 'utf8')),
  );
  const signers = {
    hub: await readSigner(home.hub('router', 'hub.jwk')),
    audit: await readSigner(home.hub('auditor', 'audit.jwk')),
    europol: await readSigner(home.org(parseOrgId('europol'), 'receipt.jwk')),
    notice: await readSigner(home.org(parseOrgId('interpol'), 'notice.jwk')),
  };
  const router = await broker.connect('router');
  const recording = (signer = signers.hub, now = new Date()) => ({ signer, federation: 'demo', now });
  const reported: Reported[] = [];
  const report = async (
    org: string,
    parts: readonly ReportPart[],
    { signer = signers.hub, reason = 'routing', at, bundle = DIGEST }: Reporting = {},
  ): Promise<Uint8Array> => {
    const about = { reason, org: parseOrgId(org), frame: FRAME, directory: 1, members: MEMBERS };
    const content = {
      ...about,
      policies: { federation: DIGEST },
      bundle,
      submission: null,
      parts,
      disclosedOf: noDisclosures,
    };
    const signed = await signReport(content, recording(signer, at));
    reported.push({ originator: org, digest: signed.digest, reason, parts });
    return signed.bytes;
  };
  let receiptFrames = 0;
  const receipts = async (org: string, originator: string, said: readonly Said[]): Promise<Uint8Array> => {
    const { records, left } = deliveryIn(reported, { org, originator, said });
    const types = new Map(said.map(({ jti: name, type }) => [name, type]));
    const except = left.flatMap((name, index) => {
      const type = types.get(name) ?? 'not-held';
      return type === 'held' ? [] : [{ index, jti: name, type }];
    });
    const about = { originator: parseOrgId(originator), delivery: FRAME };
    const content = { ...about, recipient: parseOrgId(org), federation: 'demo', records, root: DIGEST };
    const token = await signReceipt(
      { ...content, size: left.length, except, actions: [] },
      { signer: signers.europol, now: new Date() },
    );
    receiptFrames += 1;
    const signed = `statement ${receiptFrames}`;
    const statement = { token: signed, digest: digest(signed), number: receiptFrames };
    const frame = { org: parseOrgId(org), frame: FRAME, changes: [], statement };
    return (
      await signReceipts(
        { ...frame, receipts: [{ token, digest: digest(token), recovered: false }] },
        recording(),
      )
    ).bytes;
  };
  return {
    broker,
    directory,
    router,
    signers,
    report,
    receipts,
    publish: async (org, bytes) => {
      await publishLatest(router, { subject: subjects.ledger(parseOrgId(org)), bytes });
    },
    audit: (options = {}) =>
      startAuditor(broker, { directory: () => directory, audit: signers.audit, ...options }),
    close: () => broker.close(),
  };
}

interface Reported {
  readonly originator: string;
  readonly digest: string;
  readonly reason: 'routing' | 'narrowing';
  readonly parts: readonly ReportPart[];
}

/** The records of the last delivery of these notices, and what they left to the organisation. */
function deliveryIn(
  reported: readonly Reported[],
  asked: { readonly org: string; readonly originator: string; readonly said: readonly Said[] },
): { readonly records: readonly string[]; readonly left: readonly Jti[] } {
  const names = new Set(asked.said.map(({ jti: name }) => name));
  const given = ({ parts }: Reported): readonly Jti[] =>
    parts.flatMap((part) => (part.type === 'decision' && part.to === asked.org ? [part.jti] : []));
  const about = reported.filter(
    (one) => one.originator === asked.originator && given(one).some((name) => names.has(name)),
  );
  const first = about.findLastIndex(({ reason }) => reason === 'routing');
  const [routing, ...narrowings] = about.slice(Math.max(0, first));
  if (routing === undefined) return { records: [digest('none')], left: [...names] };
  return { records: [routing, ...narrowings].map((one) => one.digest), left: given(routing) };
}

interface Options {
  readonly directory: () => Directory;
  readonly audit: Signer;
  readonly heartbeatMs?: number;
  readonly heartbeatRecords?: number;
  readonly afterLoss?: boolean;
  readonly data?: string;
  readonly witnessPolicy?: WitnessPolicy;
}

async function startAuditor(broker: Broker, options: Options): Promise<RunningAuditor> {
  const { directory, audit, heartbeatMs = 200, heartbeatRecords = 500, afterLoss = false } = options;
  const { data = broker.home.auditorData, witnessPolicy } = options;
  const archive = await openArchive(data);
  const logKey = await readByteSigner(broker.home.hub('auditor', 'log.jwk'));
  const bus = await broker.connect('auditor');
  const meter = createMeter();
  const lines: string[] = [];
  const alarms = alarmsFor({
    meter,
    log: pino({ level: 'error' }, { write: (line) => void lines.push(line) }),
  });
  const auditor = await createAuditor({
    bus,
    archive,
    policies: openPolicyArchive(join(broker.home.auditorData, 'policies')),
    loader: AUDITOR_LOADER,
    directory,
    signer: audit,
    logKey: () => logKey,
    logFolder: join(data, 'log'),
    witnessPolicy,
    host: '127.0.0.1',
    hostNames: ['auditor.test'],
    clock: () => new Date(),
    log: createLogger('auditor', 'silent'),
    alarms,
    meter,
    callers: watchCallers(broker.home.hub('auditor', 'tokens.json')),
    port: 0,
    heartbeatMs,
    heartbeatRecords,
    afterLoss,
  });
  return {
    ...auditor,
    archive,
    alarms: () => alarms.list().map(({ alarm, code }) => `${alarm} ${code}`),
    logged: () => lines.join(''),
    metrics: meter.text,
    until: (met) => waitUntil(() => met(archive)),
    stop: async () => {
      await auditor.stop();
      await bus.close();
      await archive.close();
    },
  };
}

export async function waitUntil(met: () => boolean | Promise<boolean>): Promise<void> {
  await until(String(met), met);
}

export async function numbersIn(archive: Archive): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { epoch: _, seq, subject, number } of archive.read(1, 1e6))
    found.push(`${number} ${seq} ${subject}`);
  return found;
}

const jti = (revision: number, id: string) => jtiOf(parseNoticeId(id), revision);

export function noticePart(revision: number, id = NOTICE): NoticePart {
  const attributes = { kind: 'red', consents: ['afripol'] } as unknown as NoticePart['attributes'];
  return {
    type: 'notice',
    jti: jti(revision, id),
    digest: DIGEST,
    number: revision,
    exp: 4e9,
    attributes,
    sections: ['biometrics', 'identity', 'judicial'],
  };
}

export function decisionPart(to: string, outcome: 'redacted' | 'denied', id = NOTICE): DecisionPart {
  const rules = [{ layer: 'export', id: 'int-export-01' }] as const;
  const about = { type: 'decision', jti: jti(1, id), to: parseOrgId(to), rules } as const;
  if (outcome === 'denied')
    return { ...about, outcome, sections: [], withheld: [], advertised: [], obligations: [] };
  return {
    ...about,
    outcome,
    sections: ['identity'],
    withheld: ['biometrics', 'judicial'],
    advertised: ['judicial'],
    obligations: ['not-for-judicial-use'],
  };
}

export function denialPart(to: readonly string[], id = NOTICE): DenialPart {
  const rules = [{ layer: 'export', id: 'int-export-01' }] as const;
  return { type: 'denial', jti: jti(1, id), to: to.map(parseOrgId), rules };
}

export function receiptPart(type: ReceiptType, id = NOTICE): Said {
  return { jti: jti(1, id), type };
}
