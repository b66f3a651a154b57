import { readFileSync, statSync } from 'node:fs';
import { othersHere, settingsHere, type ShownSetting } from './settings-here.js';
import { shownValue } from '../../shared/runtime/shown-value.js';
import { EXIT } from '../terminal/exit-codes.js';
import { table } from '../terminal/output.js';
import { findRunning, type RunFile } from '../home/run-file.js';
import type { Verb } from '../verb.js';

export const verb: Verb<object> = {
  configure: (command) => command,
  anyHome: true,
  examples: [
    [
      'config print',
      'the settings of the running `up` of this home, else those in this shell; secrets are hidden',
    ],
  ],
  run: async ({ options, home, env, output }) => {
    const run = findRunning(home);
    const settings = [
      { name: 'home', value: home.root, from: fromOf(options, env) },
      ...runningSettings(run),
      ...portSettings(`${home.root}/ports.json`),
      ...settingsHere(env).map((here) => asStarted(here, run?.settings)),
      ...othersHere(env),
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

function runningSettings(run: ReturnType<typeof findRunning>): readonly ShownSetting[] {
  if (run === undefined) return [{ name: 'federation', value: 'not running', from: 'run.json' }];
  const { nats, monitor, auditor, router, console, gateways } = run;
  const hub = { nats, monitor, auditor, router, ...(console === undefined ? {} : { console }) };
  return Object.entries({ ...hub, ...gateways }).map(([name, value]) => ({
    name,
    value: shownValue(name, value),
    from: 'run.json',
  }));
}

function portSettings(path: string): readonly ShownSetting[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return [];
  const ports = JSON.parse(readFileSync(path, 'utf8')) as Readonly<Record<string, number>>;
  return Object.entries(ports).map(([name, port]) => ({
    name: `port ${name}`,
    value: String(port),
    from: 'ports.json',
  }));
}

/** Shows the value that running processes read at their start, beside a different value in this shell. */
function asStarted(here: ShownSetting, started: RunFile['settings']): ShownSetting {
  const value = started?.[here.name];
  if (value === undefined || value === here.value) return here;
  const shell = here.value === '' ? 'nothing' : `\`${here.value}\``;
  return { ...here, value, from: `run.json; in this shell ${shell} (${here.from})` };
}
