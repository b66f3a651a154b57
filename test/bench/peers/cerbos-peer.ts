import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from '../../../services/shared/policy/engine.js';
import type { Rule } from '../../../services/shared/policy/rule.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { freePorts } from '../../../services/cli/init/free-ports.js';
import { openCerbos } from './cerbos-http.js';
import { startDaemon } from './daemon.js';
import { findProgram } from '../../../services/shared/kernel/find-program.js';
import type { PolicyPeer, RunningPolicy } from './policy-peer.js';
import { type Dialect, translateRules } from './translate-rules.js';

const OBJECTS = { principal: 'P.attr', resource: 'R.attr', context: 'R.attr' } as const;

/** Translates conditions to CEL, the language of Cerbos conditions. */
const DIALECT: Dialect = {
  attribute: (of, path) => `${OBJECTS[of]}.${path}`,
  has: (attribute) => `has(${attribute})`,
  contains: (set, item) => `(${item} in ${set})`,
  containsAny: (set, other) => `hasIntersection(${set}, ${other})`,
  isEmpty: (set) => `(size(${set}) == 0)`,
};

/**
 * The package with the program for this platform; it is about 100 MB, so only those who measure Cerbos
 * install it.
 */
const PROGRAM = `cerbos-${process.platform}-${process.arch}`;
const PACKAGE = `@cerbos/${PROGRAM}`;
const FOLDER = '.cache/peers';

function findCerbos(env: NodeJS.ProcessEnv): string | undefined {
  const fetched = join(projectRoot, FOLDER, 'node_modules', PACKAGE);
  return findProgram('cerbos', env) ?? findProgram(PROGRAM, {}, [fetched]);
}

/** Cerbos as a separate server, called over a persistent HTTP connection. */
export const cerbosPeer: PolicyPeer = {
  name: 'Cerbos, over HTTP',
  says: 'yes or no',
  times: 400,
  missing: (env) =>
    findCerbos(env) === undefined
      ? `not installed: \`npm install --prefix ${FOLDER} ${PACKAGE}@0.55.0\``
      : undefined,
  start,
};

async function start(rules: readonly Rule[], env: NodeJS.ProcessEnv): Promise<RunningPolicy> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-peer-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const [port = 0, grpc = 0] = await freePorts(2);
    const policies = join(folder, 'policies');
    mkdirSync(policies);
    // JSON is also valid YAML.
    writeFileSync(join(policies, 'notice.yaml'), JSON.stringify(policyOf(rules)));
    writeFileSync(join(folder, 'cerbos.yaml'), JSON.stringify(configuration({ policies, port, grpc })));
    const daemon = await startDaemon({
      program: findCerbos(env) ?? 'cerbos',
      args: ['server', '--config', join(folder, 'cerbos.yaml')],
      env: { CERBOS_NO_TELEMETRY: '1' },
      log: join(folder, 'log'),
      port,
    });
    const client = openCerbos(port);
    return {
      pid: daemon.pid,
      decide: async (questions) => {
        const answers: boolean[] = [];
        for (const question of questions) answers.push(await client.ask(requestOf(question)));
        return answers;
      },
      stop: async () => {
        client.close();
        await daemon.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function configuration({ policies, port, grpc }: Record<'port' | 'grpc', number> & { policies: string }) {
  return {
    server: { httpListenAddr: `127.0.0.1:${port}`, grpcListenAddr: `127.0.0.1:${grpc}` },
    storage: { driver: 'disk', disk: { directory: policies, watchForChanges: false } },
    telemetry: { disabled: true },
  };
}

/** Returns the Cerbos policy of the rules; in it a deny wins over every allow, as a forbid does in Cedar. */
function policyOf(rules: readonly Rule[]): object {
  return {
    apiVersion: 'api.cerbos.dev/v1',
    resourcePolicy: {
      resource: 'notice',
      version: 'default',
      rules: translateRules(rules, DIALECT).map(({ id, permissions, condition, effect }) => ({
        name: id,
        actions: permissions,
        roles: ['member'],
        effect: effect === 'permit' ? 'EFFECT_ALLOW' : 'EFFECT_DENY',
        ...(condition === 'true' ? {} : { condition: { match: { expr: condition } } }),
      })),
    },
  };
}

function requestOf({ recipient, notice, permission, section }: Question): object {
  const attr = section === undefined ? notice : { ...notice, section };
  return {
    principal: { id: recipient.id, roles: ['member'], attr: recipient },
    resources: [{ actions: [permission], resource: { kind: 'notice', id: 'this', attr } }],
  };
}
