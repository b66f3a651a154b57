import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Draft, parseDraft } from '../../services/shared/notice/draft.js';
import { type Kind, sectionsOf } from '../../services/shared/notice/kinds.js';
import { projectRoot } from '../../services/shared/runtime/root.js';

const SENTENCE = 'The facts of this notice, and everybody in it, are invented. ';

interface Wanted {
  /** Approximate size of the draft in bytes, reached by a longer narrative. */
  readonly bytes?: number;
  readonly addressees?: 'all' | readonly string[] | undefined;
}

/** Returns the example draft of a kind, addressed to all by default. */
export function exampleDraft(kind: string, { bytes = 0, addressees = 'all' }: Wanted = {}): Draft {
  const path = join(projectRoot, 'proto', 'examples', `${kind}.json`);
  const { header, sections, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Example;
  const narrative = { ...sections.narrative, text: sections.narrative.text };
  const draft = {
    ...rest,
    header: { ...header, addressees, excluded: [] },
    sections: { ...sections, narrative },
  };
  const missing = bytes - Buffer.byteLength(JSON.stringify(draft));
  if (missing > 0)
    narrative.text += ` ${SENTENCE.repeat(Math.ceil(missing / SENTENCE.length))}`.slice(0, missing);
  return parseDraft(draft);
}

/**
 * Returns the example draft of a kind, addressed to all, with a narrative of one word and only the sections
 * that the kind and its handling codes require.
 */
export function shortestDraft(kind: Kind): Draft {
  const { header, sections } = exampleDraft(kind);
  const kept = new Set<string>([...sectionsOf(kind).required, 'handlingNote']);
  const required = Object.entries(sections).filter(([name]) => kept.has(name));
  return parseDraft({
    header,
    sections: { ...Object.fromEntries(required), narrative: { text: 'Invented.' } },
  });
}

interface Example {
  readonly header: object;
  readonly sections: { readonly narrative: { readonly text: string } };
}
