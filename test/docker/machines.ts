import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { TEST_LABELS, TEST_PROJECT } from '../support/containers/test-project.js';

/** A bare Debian container with this clone, built, in its folder `/clone`; its broker is that of this machine. */
interface Machine {
  /** Runs a script in the clone; resolves with what it printed. Throws where it ends with another code than 0. */
  readonly run: (script: string, input?: string) => Promise<string>;
  /** Resolves once a script ends with 0, tried every second; fails after two minutes. */
  readonly until: (script: string) => Promise<void>;
  /** Runs a script until the machine ends, with its output in `/log`. */
  readonly begin: (script: string) => Promise<string>;
  readonly remove: () => void;
}

/** The private network of the machines, as docs/deploy.md has it. */
const NETWORK = TEST_PROJECT;
const docker = (...words: readonly string[]): string =>
  execFileSync('docker', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Makes the network; returns a function that removes it. */
export function makeNetwork(): () => void {
  docker('network', 'create', '--internal', '--subnet', '10.0.0.0/24', '--gateway', '10.0.0.254', NETWORK);
  return () => void docker('network', 'rm', NETWORK);
}

/** Starts a machine with this address. */
export async function startMachine(address: string): Promise<Machine> {
  const server = execFileSync('sh', ['-c', 'PATH="$PATH:/usr/sbin" command -v nats-server'], {
    encoding: 'utf8',
  }).trim();
  const labels = Object.entries(TEST_LABELS).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const mounts = [`${projectRoot}:/opt/liaison:ro`, `${server}:/usr/local/bin/nats-server:ro`];
  const volumes = mounts.flatMap((mount) => ['--volume', mount]);
  const where = ['--network', NETWORK, '--ip', address];
  const words = ['--detach', '--rm', '--init', ...where, ...labels, ...volumes];
  const id = docker('run', ...words, 'liaison-bare:trixie', 'sleep', 'infinity');
  const run: Machine['run'] = async (script, input) => {
    const given = ['exec', '--interactive', '--workdir', '/clone', id, 'sh', '-eu', '-c', script];
    const ending = promisify(execFile)('docker', given, { maxBuffer: 64 * 1024 * 1024 });
    ending.child.stdin?.end(input);
    return (await ending).stdout;
  };
  // The clone is mounted read-only; files that the page names lie beside it.
  docker('exec', id, 'sh', '-c', 'mkdir /clone && ln -s /opt/liaison/* /clone/');
  return {
    run,
    until: (script) =>
      run(
        `for try in $(seq 300); do if (${script}) >/dev/null 2>&1; then exit 0; fi; sleep 1; done; exit 1`,
      ).then(() => undefined),
    begin: (script) => run(`(${script}) >/log 2>&1 & echo $!`).then((pid) => pid.trim()),
    remove: () => void docker('kill', id),
  };
}
