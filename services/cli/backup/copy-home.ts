import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Home } from '../../shared/runtime/home.js';
import { cutDatabases, type DatabaseCut } from '../../shared/store/cut-databases.js';
import { lockDirectory } from '../up/lock.js';
import { type ChangingCopy, createChangingCopy } from './copy-changing.js';
import { factsOf, type FileFacts } from './copy-file.js';
import { createRecordsCopy, type RecordsCopy } from './copy-records.js';
import { findFiles } from './find-files.js';
import { isLeftOut } from './left-out.js';

/** The parts of a home. */
export interface HomeParts {
  readonly hub: boolean;
  readonly orgs: readonly string[];
}

interface CopyHomeParams {
  /** The folder that gets the files, under their paths in the home. */
  readonly tree: string;
  readonly parts: HomeParts;
  readonly brokerKey: boolean;
  /** Takes a file from the previous backup if files of its kind never change; undefined for any other file. */
  readonly reuse: (path: string) => Promise<FileFacts | undefined>;
  /** Called between files; may throw to stop. */
  readonly onProgress: () => void;
}

interface CopiedHome {
  readonly files: Readonly<Record<string, FileFacts>>;
  /** How long gateways could not write, in milliseconds. */
  readonly heldMs: number;
}

const RECORDS = /^auditor\/records(?:\.\d{12})?$/;

const isDatabase = (path: string): boolean => path.endsWith('.db');
const isWitness = (path: string): boolean => /^orgs\/[^/]+\/cosigned\.json$/.test(path);
const isAuditor = (path: string): boolean =>
  path.startsWith('auditor/') && !RECORDS.test(path) && !isDatabase(path);

/**
 * Copies the files of a home while its processes run, so that they agree. All but the databases is copied before the last step,
 * in which the gateways cannot write for a moment. In it are taken, in this order (docs/operate/backups.md#what-is-consistent):
 * the states of the databases; what the witnesses cosigned; the auditor's log, which has all that they cosigned; the records,
 * which have all that the log has and all that a router counts as kept.
 */
export async function copyHome(home: Home, params: CopyHomeParams): Promise<CopiedHome> {
  const { tree, onProgress } = params;
  const found = (test: (path: string) => boolean): readonly string[] => selected(home, params).filter(test);
  const copyOf = (test: (path: string) => boolean): ChangingCopy =>
    createChangingCopy({ ...params, from: home.root, to: tree, list: () => found(test) });
  const [still, witnesses, auditor] = [copyOf(isStill), copyOf(isWitness), copyOf(isAuditor)];
  const records = recordsCopy(home, params);
  await copyKeys(home, still);
  onProgress();
  await auditor.advance();
  await records?.advance();
  onProgress();
  const databases = found(isDatabase);
  let began = 0;
  const cut = await cutDatabases(heldAndRead(home, databases), async () => {
    began = performance.now();
    await witnesses.advance();
    await auditor.settle();
    await records?.advance();
  });
  const heldMs = Math.round(performance.now() - began);
  const states = await copyStates(cut, databases, { home, ...params }).finally(cut.close);
  const segments = [...(records?.files() ?? [])].map(([name, facts]) => [`auditor/${name}`, facts] as const);
  const all = [...still.files(), ...witnesses.files(), ...auditor.files(), ...segments, ...states];
  return { files: Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1))), heldMs };
}

/** Gateways cannot write meanwhile. Routers can: their state only must not be newer than the auditor's records. */
function heldAndRead({ root }: Home, databases: readonly string[]): Parameters<typeof cutDatabases>[0] {
  const isGateway = (path: string): boolean => path.startsWith('orgs/');
  const at = (path: string): string => join(root, path);
  return {
    held: databases.filter(isGateway).map(at),
    read: databases.filter((path) => !isGateway(path)).map(at),
  };
}

async function copyStates(
  cut: DatabaseCut,
  databases: readonly string[],
  { home, tree, onProgress }: Pick<CopyHomeParams, 'tree' | 'onProgress'> & { readonly home: Home },
): Promise<ReadonlyMap<string, FileFacts>> {
  const states = new Map<string, FileFacts>();
  for (const path of databases) {
    onProgress();
    const target = join(tree, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    await cut.copy(join(home.root, path), target);
    states.set(path, await factsOf(target));
  }
  return states;
}

function isStill(path: string): boolean {
  return !isDatabase(path) && !isWitness(path) && !path.startsWith('auditor/');
}

function selected(home: Home, { parts, brokerKey }: CopyHomeParams): readonly string[] {
  return findFiles(home.root, (path) => isLeftOut(path, { brokerKey })).filter((path) => {
    const org = /^(?:orgs|approvers)\/([^/]+)\//.exec(path)?.[1];
    // Every part needs what is at the top of the home.
    return org === undefined ? parts.hub || !path.includes('/') : parts.orgs.includes(org);
  });
}

/** Copies keys and directory while no key is made, because a key that the directory does not list can sign nothing. */
async function copyKeys(home: Home, still: ChangingCopy): Promise<void> {
  const signing = lockDirectory(home);
  await still.settle().finally(signing.release);
}

function recordsCopy({ auditorData }: Home, { tree, parts, reuse }: CopyHomeParams): RecordsCopy | undefined {
  if (!parts.hub || !existsSync(auditorData)) return undefined;
  return createRecordsCopy({
    path: join(auditorData, 'records'),
    folder: join(tree, 'auditor'),
    reuse: (name) => reuse(`auditor/${name}`),
  });
}
