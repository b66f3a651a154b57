import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OrgId } from '../../kernel/ids.js';
import type { Layer } from '../engine.js';
import { DIRECTORY_FILE } from '../federation-files.js';
import { ruleFiles } from '../load/rule-files.js';
import type { PolicyBundle } from './bundle.js';
import { releasedFacts } from './bundle-facts.js';

/** Returns the rules of a member without a release, which permit nothing. */
export function unreleasedRules(org: OrgId, layer: Layer): string {
  return `@id("${org}-${layer}-unreleased")\n@reason("no release of ${org} is in force")\nforbid (principal, action, resource);\n`;
}

/** Returns the text of the rules of a member in a layer. */
export type RulesOf = (org: OrgId, layer: Layer) => string;

/**
 * Returns the texts of a folder of policies by path, with rules for each member that its facts name and that has none. Throws as
 * `releasedFacts` does.
 */
export function withRulesOfAll(
  texts: ReadonlyMap<string, string>,
  rulesOf: RulesOf = unreleasedRules,
): ReadonlyMap<string, string> {
  const named = releasedFacts({ files: texts })?.organisations.keys() ?? [];
  const all = ruleFiles([...named]).flatMap(({ owner, layer, path }) =>
    owner === undefined ? [] : [[path, rulesOf(owner, layer)] as const],
  );
  return new Map([...all, ...texts]);
}

/**
 * Returns the texts of a folder of policies with the files of a bundle that has the facts about members. How the hub treats members is
 * invented, because no rule reads it.
 */
export function folderOfBundle(bundle: PolicyBundle, federation: string): ReadonlyMap<string, string> {
  return new Map([...bundle.files, [DIRECTORY_FILE, inventedDirectory(federation)]]);
}

/** Returns a `directory.yaml` for a place that does not know how the hub treats members. */
export function inventedDirectory(federation: string): string {
  return `federation: ${federation}\nquotas: { perMinute: 0 }\n`;
}

/** Writes texts by path into a folder. Throws the system's error. */
export function writeTexts(folder: string, texts: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, path), text);
  }
}
