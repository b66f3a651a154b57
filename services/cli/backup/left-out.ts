/** A rule about files that a backup leaves out: they are derived, belong to running processes, or decrypt files left out. */
interface LeftOutRule {
  /** Matches paths relative to the home, with `/` between names. */
  readonly path: RegExp;
  /** As docs/operate/backups.md names it. */
  readonly name: string;
}

/** The cipher keys of the broker's disk: of a single server, and of each server of a cluster. */
const CIPHER_KEY: LeftOutRule = { path: /^nats\/(?:[^/]+\/)?js\.key(?:\.conf)?$/, name: 'js.key' };

/** Every rule; a file that none of them names is copied, also one that this release does not know. */
export const LEFT_OUT: readonly LeftOutRule[] = [
  CIPHER_KEY,
  { path: /^nats\/(?:[^/]+\/)?data\//, name: 'nats/data/' },
  { path: /^hub\/provision\/provisioned\.json$/, name: 'provisioned.json' },
  { path: /^hub\/console\/console\.db$/, name: 'console.db' },
  { path: /^hub\/console\/links\//, name: 'links/' },
  { path: /\/router\.db\.snapshot-[^/]+$/, name: 'router.db.snapshot-*' },
  { path: /^auditor\/index\.db$/, name: 'index.db' },
  { path: /^auditor\/[^/]+\.offsets$/, name: '*.offsets' },
  { path: /^auditor\/log\/[^/]+\/tile\//, name: 'auditor/log/*/tile/' },
  { path: /^(?:logs|metrics)\//, name: 'logs/' },
  { path: /^(?:run|targets)\.json$/, name: 'run.json' },
  { path: /\.(?:lock|new|opening|pid)$/, name: '*.lock' },
  { path: /\.db-(?:wal|shm|journal)$/, name: '*.db-wal' },
  { path: /\.damaged-\d+(?:-wal|-shm)?$/, name: '*.damaged-*' },
  { path: /^contract-[^/]+\//, name: 'contract-*/' },
  { path: /^init\.unfinished$/, name: 'init.unfinished' },
];

/** True for a file of a home that its backup leaves out; with `brokerKey` the cipher keys are copied. */
export function isLeftOut(path: string, { brokerKey }: { readonly brokerKey: boolean }): boolean {
  return LEFT_OUT.some((rule) => rule.path.test(path) && !(brokerKey && rule === CIPHER_KEY));
}
