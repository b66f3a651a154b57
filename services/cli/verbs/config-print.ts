import { readFileSync, statSync } from 'node:fs';
import { EXIT } from '../exit-codes.js';
import { table } from '../output.js';
import { findRunning } from '../places.js';
import type { Verb } from '../verb.js';

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly from: string;
}

/** Names under which something secret could stand. */
const SECRET = /TOKEN|SEED|SECRET|PASSWORD|KEY/;

export const verb: Verb<object> = {
  configure: (command) => command,
  examples: [['config print', 'what is in force, and where each value comes from']],
  run: async ({ options, home, env, output }) => {
    const settings = [
      { name: 'home', value: home.root, from: fromOf(options, env) },
      ...runningSettings(findRunning(home)),
      ...portSettings(`${home.root}/ports.json`),
      ...environmentSettings(env),
    ];
    const document = Object.fromEntries(settings.map(({ name, ...setting }) => [name, setting]));
    output.show(document, () =>
      table(
        ['setting', 'value', 'from'],
        settings.map(({ name, value, from }) => [name, value, output.paint.dim(from)]),
        output,
      ),
    );
    return EXIT.yes;
  },
};

function fromOf(options: object, env: NodeJS.ProcessEnv): string {
  if ('home' in options) return '--home';
  return (env['LIAISON_HOME'] ?? '') === '' ? 'default' : 'LIAISON_HOME';
}

function runningSettings(run: ReturnType<typeof findRunning>): readonly Setting[] {
  if (run === undefined) return [{ name: 'federation', value: 'not running', from: 'run.json' }];
  const { nats, monitor, auditor, router, console, gateways } = run;
  const hub = { nats, monitor, auditor, router, ...(console === undefined ? {} : { console }) };
  return Object.entries({ ...hub, ...gateways }).map(([name, value]) => ({
    name,
    value,
    from: 'run.json',
  }));
}

function portSettings(path: string): readonly Setting[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const ports = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, number>>;
  return Object.entries(ports).map(([name, port]) => ({
    name: `port ${name}`,
    value: String(port),
    from: 'ports.json',
  }));
}

function environmentSettings(env: NodeJS.ProcessEnv): readonly Setting[] {
  return Object.entries(env)
    .filter(([name]) => name.startsWith('LIAISON_') && name !== 'LIAISON_HOME')
    .map(([name, value = '']) => ({
      name,
      value: SECRET.test(name) && !name.endsWith('_FILE') ? '(hidden)' : value,
      from: 'environment',
    }));
}
