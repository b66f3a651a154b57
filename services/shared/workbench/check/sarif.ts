import { type Finding } from './finding.js';
import { type Lint, LINTS } from './lints.js';

/** Where the folder of policies lies: the log names no folder of the machine that made it. */
export interface SarifPlace {
  /** `%SRCROOT%`, which consumers know as the root of the repository, or `POLICIES`. */
  readonly base: string;
  /** From there to the folder of policies: `policies/`, or nothing. */
  readonly prefix: string;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Findings as a log of SARIF 2.1.0, which code hosts show beside the lines. */
export function sarifOf(findings: readonly Finding[], { base, prefix }: SarifPlace): object {
  const lints = Object.keys(LINTS) as readonly Lint[];
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'liaison policy check', rules: lints.map(ruleOf) } },
        originalUriBaseIds: {
          [base]: { description: { text: 'where `policy check` was run, or the folder that it checked' } },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map(({ lint, severity, message, path, line, column }) => ({
          ruleId: lint,
          ruleIndex: lints.indexOf(lint),
          level: severity,
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(`${prefix}${path}`), uriBaseId: base },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}

function ruleOf(lint: Lint): object {
  const { severity, says, mend } = LINTS[lint];
  return {
    id: lint,
    shortDescription: { text: says },
    help: { text: mend },
    defaultConfiguration: { level: severity },
  };
}
