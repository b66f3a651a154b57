import { type Detail, fail } from '../../kernel/errors.js';
import { formatPolicies, policyToJson } from '../../policy/cedar/cedar.js';
import { ruleFaultIn, type RuleFile } from '../../policy/rule.js';
import { splitRules } from '../../policy/text/rule-text.js';
import { layoutRule } from './layout-rule.js';

/**
 * Formats a file of rules; formatting the result again changes nothing. Cedar sets the spaces; `layoutRule` breaks the
 * lines, because Cedar breaks a call with a long list into seven. Keeps comments, and one empty line between rules.
 * Throws `policy-invalid` with the place of everything that is not a rule.
 */
export function formatRules(file: RuleFile): string {
  const faults: Detail[] = [];
  let text = '';
  let end = 0;
  for (const piece of splitRules(file.text)) {
    const answer = formatPolicies({ policyText: piece.text, lineWidth: UNLIMITED_WIDTH, indentWidth: 2 });
    if (answer.type === 'failure')
      faults.push(...answer.errors.map((error) => ruleFaultIn(file, piece, error)));
    else
      text +=
        gapText(file.text.slice(end, piece.start), end) +
        ruleText(piece.text, answer.formatted_policy.trim());
    end = piece.start + piece.text.length;
  }
  const [first] = faults;
  if (first !== undefined) throw fail('policy-invalid', `${first.path}: ${first.message}`, faults);
  return `${(text + gapText(`${file.text.slice(end)}\n`, end)).trimEnd()}\n`;
}

/** Wider than any rule, so that Cedar does not break expressions. */
const UNLIMITED_WIDTH = 1_000_000;

/**
 * Formats one rule. A rule with a comment in its scope or conditions keeps the lines of its author, who alone knows
 * which of them the comment is about; Cedar's own result for it changes with every run.
 */
function ruleText(written: string, formatted: string): string {
  const effect = effectAt(formatted);
  const [notes, rule] = [formatted.slice(0, effect), formatted.slice(effect)];
  const text = hasComment(rule) ? withoutLineEnds(written) : `${notes}${layoutRule(rule)}`;
  if (meaningOf(text) !== meaningOf(written)) throw fail('internal', `formatting would change: ${written}`);
  return text;
}

function meaningOf(text: string): string {
  return JSON.stringify(policyToJson(text));
}

// A comment, a string, a word with the `@` before it, or one other character.
const TOKEN = /\/\/[^\n]*|"(?:[^"\\]|\\[\s\S])*"|(?:@\s*)?[A-Za-z_]\w*|[^\s"]/g;

/** Returns the offset where the annotations end. */
function effectAt(rule: string): number {
  const effect = [...rule.matchAll(TOKEN)].find(({ 0: token }) => token === 'permit' || token === 'forbid');
  return effect?.index ?? 0;
}

function hasComment(rule: string): boolean {
  return [...rule.matchAll(TOKEN)].some(({ 0: token }) => token.startsWith('//'));
}

function withoutLineEnds(rule: string): string {
  return rule.replaceAll(
    /(\/\/[^\n]*)|"(?:[^"\\]|\\[\s\S])*"|[ \t\r]+(?=\n)/g,
    (part, comment: string | undefined) => {
      if (comment !== undefined) return comment.trimEnd();
      return part.startsWith('"') ? part : '';
    },
  );
}

/** Formats the text before a rule or at the end of the file; a comment on the line of the previous rule stays there. */
function gapText(gap: string, end: number): string {
  const [after = '', ...lines] = gap.split('\n').map((line) => line.trim());
  const block = (end === 0 ? [after, ...lines] : lines).slice(0, -1).map((line) => `${line}\n`);
  const text = block.join('').replaceAll(/\n{3,}/g, '\n\n');
  if (end === 0) return text.trimStart();
  const isApart = text.startsWith('\n') || text.includes('\n\n');
  return `${after === '' ? '' : ` ${after}`}\n${isApart ? '' : '\n'}${text}`.replaceAll(/\n{3,}/g, '\n\n');
}
