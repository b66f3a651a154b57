import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { createRouter } from '../../services/router/router.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import type { frames } from '../../services/shared/wire/frames.js';
import type { noticeItems } from '../../services/shared/wire/items.js';

/** A build of contract 2: with one more field in frames of submissions, and one more type of item. */
export interface LaterBuild {
  readonly createRouter: typeof createRouter;
  readonly frames: typeof frames;
  readonly writtenContract: (hub: number) => number;
  /** A notice, and an item of a type that this build does not know. */
  readonly items: (notice: string, memo: string) => ReturnType<typeof noticeItems>;
  remove(): void;
}

/**
 * Replacements in a copy of this build: the file, a text that is there exactly once, and what replaces it.
 */
const CHANGES: readonly (readonly [string, string, string])[] = [
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
    "case 'keyRequest':",
    "case 'keyRequest':\n        case 'memo':",
  ],
  ['dist/services/shared/wire/items.js', 'item.notice ??', 'item.notice ?? item.memo ??'],
];

/** Makes the later build from a copy of `dist/`, in a folder of its own. */
export async function makeLaterBuild(): Promise<LaterBuild> {
  const root = mkdtempSync(join(tmpdir(), 'liaison-later-'));
  for (const name of ['dist/services', 'proto/liaison', 'package.json'])
    cpSync(join(projectRoot, name), join(root, name), { recursive: true });
  for (const name of ['node_modules', 'policies', 'proto/schema']) {
    mkdirSync(join(root, 'proto'), { recursive: true });
    symlinkSync(join(projectRoot, name), join(root, name));
  }
  for (const [file, before, after] of CHANGES) {
    const [head, tail, ...more] = readFileSync(join(root, file), 'utf8').split(before);
    if (head === undefined || tail === undefined || more.length > 0)
      throw new Error(`${file} does not have \`${before}\` exactly once`);
    writeFileSync(join(root, file), `${head}${after}${tail}`);
  }
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
  const { frames: codecs } = await load('shared/wire/frames.js');
  const { writtenContract } = await load('shared/wire/contract.js');
  return {
    createRouter: make as LaterBuild['createRouter'],
    frames: codecs as LaterBuild['frames'],
    writtenContract: writtenContract as LaterBuild['writtenContract'],
    items: (notice, memo) => [{ notice }, { memo } as object],
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
