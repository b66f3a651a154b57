import { fork } from 'node:child_process';
import { encodeBase64url } from '../../shared/kernel/base64url.js';
import { fail, LiaisonError } from '../../shared/kernel/errors.js';
import type { OrgId } from '../../shared/kernel/ids.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { PublicJwk } from '../../shared/trust/jwk.js';

/** What a child is given to open alone. */
export interface IsolatedFrame {
  readonly org: OrgId;
  readonly subject: string;
  readonly bytes: Uint8Array;
}

/** Opens a frame in a child process; false when the child dies over it. Throws what says nothing about the frame. */
export type OpenAlone = (alone: IsolatedFrame) => Promise<boolean>;

/** From this delivery on a frame is suspected of ending whoever opens it. */
export const SUSPECT_FROM = 5;

const TIME_MS = 15_000;
const MEMORY_MB = 192;

export function createOpenAlone(deps: {
  /** The built `poison-child.js`. */
  readonly child: URL;
  readonly anchor: PublicJwk;
  readonly directory: () => Directory;
  readonly now: () => Date;
  readonly timeMs?: number;
}): OpenAlone {
  const { timeMs = TIME_MS } = deps;
  return ({ org, subject, bytes }) =>
    new Promise<boolean>((resolve, reject) => {
      const child = fork(deps.child, {
        execArgv: [`--max-old-space-size=${MEMORY_MB}`],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      const timer = setTimeout(() => {
        // A busy machine is as likely as a frame that takes for ever: nobody is accused of it.
        reject(fail('timed-out', 'a process that opens a frame alone took too long'));
        child.kill('SIGKILL');
      }, timeMs);
      child.on('error', (cause) => {
        clearTimeout(timer);
        reject(new LiaisonError('not-ready', 'no process to open a frame alone', { cause }));
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
      // A child that is gone already says so by its exit.
      child.send(suspect, () => undefined);
    });
}

/** Twice, because a child may die of something else. */
export async function isPoison(openAlone: OpenAlone, alone: IsolatedFrame): Promise<boolean> {
  return !(await openAlone(alone)) && !(await openAlone(alone));
}
