import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Finding } from '../../../shared/workbench/check/finding.js';

const SEVERITIES = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

// A literal of a vocabulary, a string, an annotation or word, or one other character.
const MARKED = /^(?:\w+\s*::\s*"[^"\n]*"|"[^"\n]*"|@?[\w.-]+|.)/;

/** Returns a finding as a diagnostic that marks the word at its place; `text` is that of its file. */
export function diagnosticOf(finding: Finding, text: string): Diagnostic {
  const { severity, lint, line, column, message } = finding;
  const written = text.split('\n', line).at(line - 1) ?? '';
  const marked = MARKED.exec(written.slice(column - 1))?.[0] ?? '';
  const start = { line: line - 1, character: column - 1 };
  return {
    severity: SEVERITIES[severity],
    code: lint,
    source: 'liaison',
    message,
    range: { start, end: { ...start, character: start.character + marked.length } },
  };
}
