import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { answers } from '../needs.js';

/** The network between the homes of a test. */
export interface Network {
  /** The address at which the other homes reach this one. */
  readonly addressOf: (home: string) => string;
  /** The words before a command that runs where this home is; none where all homes share one network. */
  readonly wordsFor: (home: string) => readonly string[];
  readonly remove: () => void;
}

/** Reads JSON over HTTP where a home is. */
export async function fetchAt({ wordsFor }: Network, home: string, url: string): Promise<unknown> {
  const script = `fetch(${JSON.stringify(url)}).then((answer) => answer.text()).then(console.log)`;
  const [command, ...words] = [...wordsFor(home), process.execPath, '-e', script];
  const { stdout } = await promisify(execFile)(command, words, { maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout) as unknown;
}

/** True where this user may make network namespaces: root, with `ip` of iproute2. */
export const mayMakeNamespaces = (): boolean =>
  process.getuid?.() === 0 &&
  answers('ip', ['netns', 'add', `liaison-probe-${process.pid}`]) &&
  answers('ip', ['netns', 'del', `liaison-probe-${process.pid}`]);

/** All homes on the loopback interface of this machine. */
export const LOOPBACK: Network = {
  addressOf: () => '127.0.0.2',
  wordsFor: () => [],
  remove: () => undefined,
};

const PREFIX = '10.213.77';

/**
 * Makes a network namespace for each home, joined by a bridge in a namespace of its own: this machine's network does not
 * change. What a home serves on its loopback interface, no other home reaches.
 */
export function makeNamespaces(homes: readonly string[]): Network {
  const nameOf = (home: string): string => `liaison-${process.pid}-${home}`;
  const addressOf = (home: string): string => `${PREFIX}.${homes.indexOf(home) + 1}`;
  const ip = (...words: readonly string[]): void => void execFileSync('ip', words);
  const [bridge, all] = [nameOf('bridge'), [...homes, 'bridge'].map(nameOf)];
  for (const name of all) {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'set', 'lo', 'up');
  }
  ip('-n', bridge, 'link', 'add', 'bridge', 'type', 'bridge');
  ip('-n', bridge, 'link', 'set', 'bridge', 'up');
  for (const [index, home] of homes.entries()) {
    const [name, port] = [nameOf(home), `port${index}`];
    ip('-n', name, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', port, 'netns', bridge);
    ip('-n', bridge, 'link', 'set', port, 'master', 'bridge', 'up');
    ip('-n', name, 'address', 'add', `${addressOf(home)}/24`, 'dev', 'eth0');
    ip('-n', name, 'link', 'set', 'eth0', 'up');
  }
  return {
    addressOf,
    wordsFor: (home) => ['ip', 'netns', 'exec', nameOf(home)],
    remove: () => {
      for (const name of all) ip('netns', 'del', name);
    },
  };
}
