import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Draft, parseDraft } from '../../services/shared/notice/draft.js';
import { projectRoot } from '../../services/shared/runtime/root.js';

const SENTENCE = 'The facts of this notice, and everybody in it, are invented. ';

interface Wanted {
  /** Its narrative is made longer until the draft has about so many. */
  readonly bytes?: number;
  readonly addressees?: 'all' | readonly string[] | undefined;
}

/** The example of a kind, to everybody unless said. */
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

interface Example {
  readonly header: object;
  readonly sections: { readonly narrative: { readonly text: string } };
}
