/** A note as its parts, so that a test can alter each one. */
export interface NoteForm {
  readonly text: readonly string[];
  readonly signatures: readonly { readonly name: string; readonly signature: string }[];
}

/** A `.tlog-proof` as its parts. */
export interface ProofForm {
  readonly version: string;
  readonly extra: string;
  readonly index: string;
  readonly path: readonly string[];
  readonly checkpoint: NoteForm;
}

/** Takes a note apart; `noteText` reverses it. */
export function noteForm(note: string): NoteForm {
  const [text = '', block = ''] = note.split('\n\n');
  const signatures = block
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', signature = ''] = line.split(' ');
      return { name, signature };
    });
  return { text: text.split('\n'), signatures };
}

/** Writes an altered note, in the order of what is left of it. */
export function noteText(form: unknown): string {
  const { text, signatures, ...more } = Object(form) as Partial<NoteForm>;
  const lines = (text ?? []).map((line) => `${line}\n`).join('');
  const signed = (signatures ?? []).map((one) => `— ${Object.values(Object(one) as object).join(' ')}\n`);
  return `${lines}\n${signed.join('')}${Object.values(more).join('')}`;
}

/** Takes a proof without extra data apart, and gives it some; `proofText` reverses it. */
export function proofForm(proof: string): ProofForm {
  const at = proof.indexOf('\n\n');
  const [version = '', index = '', ...path] = proof.slice(0, at).split('\n');
  const checkpoint = noteForm(proof.slice(at + 2));
  return { version, extra: 'AAAA', index: index.replace('index ', ''), path, checkpoint };
}

/** Writes an altered proof. */
export function proofText(form: unknown): string {
  const { version, extra, index, path, checkpoint, ...more } = Object(form) as Partial<ProofForm>;
  const lines = [version, extra && `extra ${extra}`, index && `index ${index}`, ...(path ?? [])];
  const all = [...lines, ...Object.values(more)].filter((line) => line !== undefined);
  return `${all.map((line) => `${line}\n`).join('')}\n${noteText(checkpoint)}`;
}
