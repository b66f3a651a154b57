import { type Finding } from './finding.js';
import { type Lint, LINTS } from './lints.js';

/** The folder of policies, relative to a base: the log holds no absolute path of the machine that made it. */
export interface SarifPlace {
  /** `%SRCROOT%`, which consumers resolve to the root of the repository, or `POLICIES`. */
  readonly base: string;
  /** The path from the base to the folder of policies: `policies/`, or empty. */
  readonly prefix: string;
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Returns findings as a log of SARIF 2.1.0, which code hosts show beside the lines. */
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
  const { severity, says, fix } = LINTS[lint];
  return {
    id: lint,
    shortDescription: { text: says },
    help: { text: fix },
    defaultConfiguration: { level: severity },
  };
}
