import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { answerKeyRequests } from '../../../services/cli/key/answer-requests.js';
import type { createRouter } from '../../../services/router/router.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import type { frames } from '../../../services/shared/wire/frames.js';
import type { noticeItems } from '../../../services/shared/wire/items.js';
import { type BuildChange, patchBuild } from './patched-build.js';

/** A build of contract 2: with one more field in frames of submissions, and one more type of item. */
export interface LaterBuild {
  /** Its folder, whose command line can be run. */
  readonly root: string;
  readonly createRouter: typeof createRouter;
  readonly answerKeyRequests: typeof answerKeyRequests;
  readonly frames: typeof frames;
  readonly writtenContract: (hub: number) => number;
  /** A notice, and an item of a type that this build does not know. */
  readonly items: (notice: string, memo: string) => ReturnType<typeof noticeItems>;
  remove(): void;
}

const CHANGES: readonly BuildChange[] = [
  [
    'proto/liaison/v1/frames.proto',
    'repeated Record narrowings = 5;',
    'repeated Record narrowings = 5;\n  string added = 6;',
  ],
  [
    'proto/liaison/v1/frames.proto',
    'string key_request = 5;',
    'string key_request = 5;\n    string memo = 6;',
  ],
  ['dist/services/shared/wire/contract.js', 'export const CONTRACT = 1;', 'export const CONTRACT = 2;'],
  ['dist/services/shared/wire/items.js', "'keyRequest']", "'keyRequest', 'memo']"],
  [
    'dist/services/router/frames/open-items.js',
    "case 'release': {",
    "case 'memo':\n        case 'release': {",
  ],
  ['dist/services/shared/wire/items.js', 'item.notice ??', 'item.notice ?? item.memo ??'],
];

/** Makes the later build from a copy of `dist/`, in a folder of its own. */
export async function makeLaterBuild(): Promise<LaterBuild> {
  const root = patchBuild(CHANGES);
  const flags = [
    '-t',
    'static-module',
    '-w',
    'esm',
    '-d',
    '--no-create',
    '--no-verify',
    '--no-delimited',
    '--no-typeurl',
    '--no-convert',
    '--no-service',
  ];
  execFileSync(join(projectRoot, 'node_modules/.bin/pbjs'), [
    ...flags,
    '-o',
    join(root, 'dist/services/shared/wire/generated/frames.js'),
    join(root, 'proto/liaison/v1/frames.proto'),
  ]);
  const load = async (path: string): Promise<Record<string, unknown>> =>
    (await import(/* @vite-ignore */ pathToFileURL(join(root, 'dist/services', path)).href)) as never;
  const { createRouter: make } = await load('router/router.js');
  const { answerKeyRequests: answer } = await load('cli/key/answer-requests.js');
  const { frames: codecs } = await load('shared/wire/frames.js');
  const { writtenContract } = await load('shared/wire/contract.js');
  return {
    root,
    createRouter: make as LaterBuild['createRouter'],
    answerKeyRequests: answer as LaterBuild['answerKeyRequests'],
    frames: codecs as LaterBuild['frames'],
    writtenContract: writtenContract as LaterBuild['writtenContract'],
    items: (notice, memo) => [{ notice }, { memo } as object],
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
