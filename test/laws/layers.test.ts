import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const SERVICES = join(ROOT, 'services');
const BENCH = 'test/bench';

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Paths as they are below `services/`; those of `test/bench/` begin with `bench/`. */
const short = (path: string): string => path.replace(/^services\//, '').replace(/^test\/bench\//, 'bench/');

/** Every import of every module of `services/` and `test/bench/`; packages keep their name. */
function readImports(): readonly Import[] {
  const modules = ['services', BENCH].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /(?<!\.test)\.tsx?$/.test(path) && !path.includes('generated/'))
      .map((path) => join(folder, path)),
  );
  return modules.flatMap((from) => {
    const source = readFileSync(join(ROOT, from), 'utf8');
    const specifiers = source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
    return [...specifiers].map(([, specifier = '']) => ({
      from: short(from),
      to: specifier.startsWith('.') ? short(normalize(join(dirname(from), specifier))) : specifier,
    }));
  });
}

const MIDDLE = ['notice', 'wire', 'bus', 'store', 'runtime'];
const UPPER = ['trust', 'ledger', 'policy', 'workbench'];
/** What each topic of `shared/` may import besides itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  ...Object.fromEntries(MIDDLE.map((topic) => [topic, ['kernel']])),
  ...Object.fromEntries(UPPER.map((topic) => [topic, ['kernel', ...MIDDLE]])),
  // The transparency log is formats and mathematics: it reads no file, store or stream.
  tlog: ['kernel', 'trust'],
  // Evidence is verified where there is no home: without a store, a broker or a configuration.
  verify: ['kernel', 'notice', 'wire', 'trust', 'ledger', 'tlog'],
};
// Ledger records are signed, and policy reads the directory: both import trust.
const UPPER_MAY: Readonly<Record<string, readonly string[]>> = {
  ledger: ['trust'],
  // The tools of policy authors are built on the engine, which knows nothing of them.
  workbench: ['policy', 'trust', 'ledger'],
};

const topicOf = (path: string): string | undefined => /^shared\/([^/]+)\//.exec(path)?.[1];
const processOf = (path: string): string | undefined =>
  path.startsWith('shared/') || !path.includes('/') ? undefined : path.split('/')[0];

/** The folders that each subfolder of the router may import besides itself and the files beside them. */
const ROUTER_MAY: Readonly<Record<string, readonly string[]>> = {
  ledger: [],
  actions: ['ledger'],
  frames: ['actions', 'ledger'],
  receipts: ['frames', 'actions', 'ledger'],
  queries: ['frames', 'actions', 'ledger'],
  parked: ['frames', 'actions', 'ledger'],
  quarantine: ['receipts', 'frames', 'actions', 'ledger'],
  policies: ['ledger'],
  observe: ['quarantine', 'receipts', 'frames', 'ledger'],
  intake: ['observe', 'parked', 'queries', 'quarantine', 'receipts', 'frames', 'ledger'],
};
/** Runs in a process of its own, which ends with its answer (docs/architecture.md#processes). */
const JUDGE = 'router/load-child.ts';
const routerRoomOf = (path: string): string | undefined => /^router\/([^/]+)\//.exec(path)?.[1];

const imports = readImports();
const inside = imports.filter(({ to }) =>
  /^(shared|gateway|router|auditor|console|simulator|cli|bench)\//.test(to),
);
const show = ({ from, to }: Import): string => `${from} → ${to}`;

/** The only folders or files that may import a package: each outside dependency is known in one place. */
const OWNERS: readonly { readonly what: RegExp; readonly owner: RegExp; readonly why: string }[] = [
  { what: /^@nats-io\//, owner: /^shared\/bus\//, why: 'NATS only in bus/' },
  { what: /sqlite/, owner: /^shared\/store\//, why: 'SQL only in store/' },
  { what: /^(@?fastify|node:http)/, owner: /\/[^/]*http[^/]*\.ts$/, why: 'HTTP only in *http*.ts' },
  {
    what: /^(jose|node:crypto)$/,
    owner: /^shared\/(trust\/|ledger\/|bus\/nkeys\.ts$)/,
    why: 'cryptography only in trust/ and ledger/, and logins to the broker in bus/nkeys.ts',
  },
  {
    what: /^@opentelemetry\//,
    owner: /^shared\/runtime\/otel-/,
    why: 'OpenTelemetry only where it is imported when configured',
  },
  {
    what: /^@cedar-policy\//,
    owner: /^shared\/(policy|workbench)\//,
    why: 'Cedar only in policy/ and its workbench/',
  },
  {
    what: /^vscode-/,
    owner: /^cli\/policy\/lsp\//,
    why: 'the Language Server Protocol only in cli/policy/lsp/',
  },
];

describe('layers', () => {
  test('the layer test reads the modules', () => {
    expect(imports.length).toBeGreaterThan(0);
    expect(inside.length).toBeGreaterThan(0);
  });

  test('shared topics import downwards only: kernel ← notice, wire, bus, store, runtime ← trust, ledger, policy ← workbench; trust ← tlog ← verify', () => {
    const wrong = inside.filter(({ from, to }) => {
      const [topic, other] = [topicOf(from), topicOf(to)];
      if (topic === undefined || topic === other) return false;
      return other === undefined || ![...(MAY[topic] ?? []), ...(UPPER_MAY[topic] ?? [])].includes(other);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('processes never import each other; the command line may start their libraries only through shared/', () => {
    const wrong = inside.filter(({ from, to }) => {
      const [process, other] = [processOf(from), processOf(to)];
      const isBenchOfCli = process === 'bench' && other === 'cli';
      // `bench ledger` measures the steps of sealing, which no other process has.
      const isBenchOfLog = from === 'bench/parts/log-parts.ts' && other === 'auditor';
      const isMeasured = isBenchOfCli || isBenchOfLog;
      return process !== undefined && other !== undefined && process !== other && !isMeasured;
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('the services import nothing of test/', () => {
    const wrong = imports.filter(({ from, to }) => !from.startsWith('bench/') && /^(test|bench)\//.test(to));
    expect(wrong.map(show)).toEqual([]);
  });

  test('the subfolders of the router import one another in one direction, and never the modules that wire them up', () => {
    const rooms = new Set(imports.flatMap(({ from }) => routerRoomOf(from) ?? []));
    expect([...rooms].toSorted()).toEqual(Object.keys(ROUTER_MAY).toSorted());
    const wrong = inside.filter(({ from, to }) => {
      const [room, other] = [routerRoomOf(from), routerRoomOf(to)];
      if (room === undefined || room === other) return false;
      const isBeside = other === undefined && !/^router\/(router|main)\.js$/.test(to);
      return !isBeside && !ROUTER_MAY[room]?.includes(other ?? '');
    });
    expect(wrong.map(show)).toEqual([]);
  });

  test('the gateway never imports policy: it asks the router', () => {
    const wrong = inside.filter(({ from, to }) => from.startsWith('gateway/') && topicOf(to) === 'policy');
    expect(wrong.map(show)).toEqual([]);
  });

  test('the processes that route and record never import the workbench of policy authors; the child process that judges policies for the router does', () => {
    const wrong = inside.filter(
      ({ from, to }) =>
        ['router', 'gateway', 'auditor'].includes(processOf(from) ?? '') &&
        topicOf(to) === 'workbench' &&
        from !== JUDGE,
    );
    expect(wrong.map(show)).toEqual([]);
    expect(inside.filter(({ to }) => to === JUDGE.replace(/ts$/, 'js'))).toEqual([]);
  });

  test('policy and its workbench import no NATS, no HTTP and no clock', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        ['policy', 'workbench'].includes(topicOf(from) ?? '') &&
        /^(@nats-io|fastify|node:http)|\/bus\/|kernel\/clock/.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('the verifier of evidence reads no file and opens no connection', () => {
    const wrong = imports.filter(
      ({ from, to }) => topicOf(from) === 'verify' && !to.startsWith('shared/') && to !== 'ajv',
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test.each(OWNERS)('$why', ({ what, owner }) => {
    const wrong = imports.filter(
      ({ from, to }) => what.test(to) && !to.startsWith('shared/') && !owner.test(from),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('a folder of services/ is a process exactly when it holds main.ts', () => {
    const folders = readdirSync(SERVICES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const processes = folders.filter((entry) => readdirSync(join(SERVICES, entry.name)).includes('main.ts'));
    expect(processes.map((entry) => entry.name).toSorted()).toEqual(
      folders
        .map((entry) => entry.name)
        .filter((name) => name !== 'shared')
        .toSorted(),
    );
  });

  test('no module is named for what it is not: utils, helpers, common, misc, types', () => {
    const names = new Set(imports.map(({ from }) => from));
    expect([...names].filter((name) => /\/(utils?|helpers?|common|misc|types)\.ts$/.test(name))).toEqual([]);
  });
});
