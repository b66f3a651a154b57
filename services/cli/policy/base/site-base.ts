import { statSync } from 'node:fs';
import { fail } from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { releasedFacts } from '../../../shared/policy/adopted/bundle-facts.js';
import { type RulesOf, unreleasedRules } from '../../../shared/policy/adopted/bundle-folder.js';
import type { Layer } from '../../../shared/policy/engine.js';
import { ruleFiles } from '../../../shared/policy/load/rule-files.js';
import type { Home } from '../../../shared/runtime/home.js';
import { readOwnRequest } from '../../org/site-files.js';
import type { PolicyBase } from './policy-base.js';
import { textsIn } from './texts-in.js';

interface SiteBaseParams {
  readonly home: Home;
  /** The folder of `--policies`, else of `LIAISON_POLICIES`. */
  readonly policies: string;
}

/**
 * Returns what a site knows of the policies: the files of the federation in its folder of policies, its own rules there, if any, and
 * rules that permit everything in place of those of every other member, which no site has. Undefined where the folder has the rules
 * of every member. Throws `usage` for what is no folder, or has no facts about this site's organisation, and as `textsIn` does.
 */
export async function siteBase({ home, policies }: SiteBaseParams): Promise<PolicyBase | undefined> {
  const { id: own } = await readOwnRequest(home);
  if (statSync(policies, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw fail('usage', `\`${policies}\` is not a folder of policies`);
  const texts = textsIn(policies, own);
  const members = [...(releasedFacts({ files: texts })?.organisations.keys() ?? [])];
  if (members.length > 0 && ruleFiles(members).every(({ path }) => texts.has(path))) return undefined;
  if (!members.includes(own))
    throw fail(
      'usage',
      `\`${policies}\` has no facts about \`${own}\`: name a folder with the files of the federation by \`--policies\` or LIAISON_POLICIES`,
    );
  const rulesOf: RulesOf = (org, layer) => (org === own ? unreleasedRules : openRules)(org, layer);
  return { name: policies, note: NOTE, texts, rulesOf, find: async () => undefined, site: { own } };
}

const NOTE =
  'rules of other members are not at this site and count as open: `notice preview` asks the hub by those in force';

function openRules(org: OrgId, layer: Layer): string {
  return `@id("${org}-${layer}-not-here")\n@reason("the rules of ${org} are not at this site")\npermit (principal, action, resource);\n`;
}
