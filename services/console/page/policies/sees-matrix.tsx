import type { JSX } from 'preact';
import type { ShownPreview, ShownWhoSees } from '../../policies/shown-policies.js';

/** Says how many recipients differ between the live and the edited rules. */
export function summaryOf({ before, after }: ShownWhoSees): string {
  const count = after.filter((row) => differs(row, rowOf(before, row.org))).length;
  return count === 0 ? 'same as live' : `${count} of ${after.length} recipients differ from the live rules`;
}

const rowOf = (rows: readonly ShownPreview[], org: string): ShownPreview | undefined =>
  rows.find((row) => row.org === org);
const differs = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/** One row per recipient, one column per section; a cell that differs from the live rules shows both. */
export function SeesMatrix({ sections, layers, before, after }: ShownWhoSees): JSX.Element {
  return (
    <>
      {layers.length < 3 && (
        <p class="quiet">
          Decided only by the rules of the federation and your import rules: you may not see the export rules
          of others.
        </p>
      )}
      <div class="scroll" role="region" aria-label="Organisations and sections" tabIndex={0}>
        <table class="sees">
          <thead>
            <tr>
              <th scope="col">to</th>
              <th scope="col">notice</th>
              {sections.map((section) => (
                <th key={section} scope="col">
                  {section}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {after.map((row) => (
              <Row key={row.org} {...{ sections, row }} was={rowOf(before, row.org)} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface RowProps {
  readonly sections: readonly string[];
  readonly row: ShownPreview;
  readonly was: ShownPreview | undefined;
}

function Row({ sections, row, was }: RowProps): JSX.Element {
  return (
    <tr>
      <th scope="row">{row.org}</th>
      <Cell is={outcomeOf(row)} was={was === undefined ? undefined : outcomeOf(was)} />
      {sections.map((section) => (
        <Cell
          key={section}
          is={sectionOf(row, section)}
          was={was === undefined ? undefined : sectionOf(was, section)}
        />
      ))}
    </tr>
  );
}

interface CellContent {
  readonly tone: 'good' | 'part' | 'bad' | 'quiet';
  readonly text: string;
  readonly rule: string;
}

function outcomeOf({ outcome, layer, rule, because }: ShownPreview): CellContent {
  const tone = { delivered: 'good', redacted: 'part', denied: 'bad' } as const;
  const why = rule ?? because ?? (layer === undefined ? '' : `no rule of ${layer} permits it`);
  return { tone: tone[outcome], text: outcome, rule: why };
}

function sectionOf({ sections }: ShownPreview, section: string): CellContent {
  const cell = sections[section];
  if (cell === undefined) return { tone: 'quiet', text: '–', rule: '' };
  if (cell.effect === 'disclose') return { tone: 'good', text: '✓ shown', rule: cell.rule ?? '' };
  const rule = cell.rule ?? `no rule of ${cell.layer} permits it`;
  return cell.advertise
    ? { tone: 'part', text: '◐ announced', rule }
    : { tone: 'bad', text: '✗ withheld', rule };
}

function Cell({ is, was }: { is: CellContent; was: CellContent | undefined }): JSX.Element {
  const isChanged = was !== undefined && differs(is, was);
  return (
    <td class={isChanged ? 'changed' : undefined}>
      {isChanged && (
        <div class="was">
          <s class={was.tone}>{was.text}</s>
          <small>{was.rule}</small>
        </div>
      )}
      <b class={is.tone}>{is.text}</b>
      <small>{is.rule}</small>
    </td>
  );
}
