import { fork } from 'node:child_process';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';

/** The one message that a child process is started to open. */
export interface IsolatedFrame {
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/**
 * Opens a message in a child process; false when the child dies. Throws `timed-out` or `not-ready` when the
 * child fails in a way that says nothing about the message.
 */
export type OpenAlone = (alone: IsolatedFrame) => Promise<boolean>;

/** From this delivery on, a message is suspected of killing the process that opens it. */
export const SUSPECT_FROM = 5;

const OPEN_ALONE_TIMEOUT_MS = 15_000;
const CHILD_MEMORY_MB = 192;

/** Creates a check that runs `poison-child.js` with limited memory and time. */
export function createOpenAlone(deps: {
  /** The built `poison-child.js`. */
  readonly child: URL;
  readonly anchor: PublicJwk;
  readonly directory: () => Directory;
  readonly now: () => Date;
  readonly timeMs?: number;
}): OpenAlone {
  const { timeMs = OPEN_ALONE_TIMEOUT_MS } = deps;
  return ({ org, subject, bytes }) =>
    new Promise<boolean>((resolve, reject) => {
      const child = fork(deps.child, {
        execArgv: [`--max-old-space-size=${CHILD_MEMORY_MB}`],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const timer = setTimeout(() => {
        // A busy machine is as likely a cause as a message that never finishes, so the message is not blamed.
        reject(fail('timed-out', 'a child process took too long to open a frame'));
        child.kill('SIGKILL');
      }, timeMs);
      child.on('error', (cause) => {
        clearTimeout(timer);
        reject(new LiaisonError('not-ready', 'the child process to open a frame cannot start', { cause }));
      });
      child.on('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0);
      });
      const suspect = {
        org,
        subject,
        bytes: encodeBase64url(bytes),
        directory: deps.directory().jws,
        anchor: deps.anchor,
        now: deps.now().toISOString(),
      };
      // A failed send is reported by the child's exit.
      child.send(suspect, () => undefined);
    });
}

/** True when two child processes in a row die over a message; a single one may die for another reason. */
export async function isPoison(openAlone: OpenAlone, alone: IsolatedFrame): Promise<boolean> {
  return !(await openAlone(alone)) && !(await openAlone(alone));
}
