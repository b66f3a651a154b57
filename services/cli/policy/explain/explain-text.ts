import type { Because } from '../../../shared/notice/because.js';
import type {
  PermissionAnswer,
  Explanation,
  SectionAnswer,
} from '../../../shared/workbench/explain/explain.js';
import { breakWords, outcomeText } from '../../notice/notice-table.js';
import type { Output } from '../../terminal/output.js';
import { createLayerBlocks, type LayerBlocks } from './explain-layers.js';
import { READABLE } from '../paint-lines.js';

type Look = Pick<Output, 'paint' | 'width'>;

const BEFORE_RULES: Readonly<Record<Because, string>> = {
  excluded: 'the originator excludes this recipient',
  'not-addressed': 'the notice is addressed to others, not to this recipient',
  suspended: 'the recipient is suspended, is leaving or has left',
  ended: 'the notice has ended',
  'key-revoked': 'the key that signed the notice is revoked',
  restricted: 'a restriction by the originator is in force for this recipient',
};

/** Formats an explanation for a person: what the recipient receives, then why, layer by layer. */
export function explainText(explanation: Explanation, look: Look): string {
  const { kind, originator, recipient, decision, breakGlass } = explanation;
  const { bold, red, yellow } = look.paint;
  const used = breakGlass === undefined ? '' : yellow(`  break-glass for ${breakGlass}`);
  const { outcome, because } = decision;
  const before =
    because === undefined
      ? []
      : [`${red(`Before any rule: ${BEFORE_RULES[because]}.`)}\nWhat the rules would say otherwise:`];
  return [
    `${bold(`${kind} notice, ${originator} → ${recipient}`)}  ${outcomeText(outcome, look.paint)}${used}`,
    ...summary(explanation, look),
    ...before,
    ...blocks(explanation, look),
  ].join('\n\n');
}

function summary({ decision, sections }: Explanation, look: Look): readonly string[] {
  if (decision.outcome === 'denied') return [];
  const asked = sections.map(({ section }) => section);
  const of = (names: readonly string[]) => names.filter((name) => asked.some((section) => section === name));
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['gets', of(decision.sections)],
    ['withheld', of(decision.withheld)],
    ['may know', of(decision.advertised).map((section) => `that ${section} exists`)],
    ['must', decision.obligations],
  ];
  const shown = rows.filter(([, words]) => words.length > 0);
  return [shown.map(([label, words]) => row(label, words, look)).join('\n')];
}

const LABEL = 12;

function row(label: string, words: readonly string[], { paint, width }: Look): string {
  const lines = breakWords(words.join(', '), Math.min(width, READABLE) - LABEL).split('\n');
  return `  ${paint.dim(label.padEnd(LABEL - 2))}${lines.join(`\n${' '.repeat(LABEL)}`)}`;
}

function blocks({ receive, restriction, sections, decision }: Explanation, look: Look): readonly string[] {
  const { bold } = look.paint;
  const layerBlocks = createLayerBlocks(look);
  const title = bold(receive.open ? 'The notice is received' : `The notice is closed by ${closing(receive)}`);
  const words =
    restriction === undefined || restriction.open
      ? []
      : [
          `${bold('Handling code H3: only for recipients who may read handlingNote, which is withheld')}\n${layerBlocks(restriction)}`,
        ];
  // A denied notice shows its sections only when one is asked for.
  const shown = decision.outcome !== 'denied' || sections.length === 1 ? sections : [];
  return [`${title}\n${layerBlocks(receive)}`, ...words, ...sectionBlocks(shown, layerBlocks, look)];
}

const AND = new Intl.ListFormat('en-GB');

/** Lists the closed layers in words. */
function closing({ layers }: PermissionAnswer): string {
  return AND.format(layers.filter(({ open }) => !open).map(({ layer }) => layer));
}

/** Formats each withheld section, then the disclosed sections grouped by the rules that disclose them. */
function sectionBlocks(
  sections: readonly SectionAnswer[],
  layerBlocks: LayerBlocks,
  { paint: { bold, green, yellow }, width }: Look,
): readonly string[] {
  const withheld = sections
    .filter(({ disclose }) => !disclose.open)
    .map(({ section, disclose, advertise }) => {
      const title = `${bold(section)}: ${yellow(`withheld by ${closing(disclose)}`)}`;
      return [title, layerBlocks(disclose), ...announced(advertise, layerBlocks)].join('\n');
    });
  const disclosed = alike(sections.filter(({ disclose }) => disclose.open)).map(({ names, disclose }) => {
    const title = breakWords(names.join(', '), Math.min(width, READABLE) - LABEL);
    return `${bold(title)}: ${green('disclosed')}\n${layerBlocks(disclose)}`;
  });
  return [...withheld, ...disclosed];
}

function announced(advertise: PermissionAnswer | undefined, layerBlocks: LayerBlocks): readonly string[] {
  if (advertise === undefined) return [];
  return [`  its existence may ${advertise.open ? '' : 'not '}be known:`, layerBlocks(advertise)];
}

interface Alike {
  readonly names: readonly string[];
  readonly disclose: PermissionAnswer;
}

/** Groups the sections that the same rules disclose. */
function alike(sections: readonly SectionAnswer[]): readonly Alike[] {
  const found = new Map<string, Alike>();
  for (const { section, disclose } of sections) {
    const rules = disclose.layers.flatMap((layer) => layer.rules.map(({ id }) => id)).join();
    const names = found.get(rules)?.names ?? [];
    found.set(rules, { names: [...names, section], disclose });
  }
  return [...found.values()];
}
