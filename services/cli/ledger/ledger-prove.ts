import { fail } from '../../shared/kernel/errors.js';
import { writeWhole } from '../../shared/kernel/write-whole.js';
import { formatReceipt } from '../../shared/tlog/cose-receipt.js';
import { formatTlogProof } from '../../shared/tlog/tlog-proof.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import { withWriteErrors } from '../home/file-errors.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Call, Verb } from '../verb.js';
import { addAuditorOptions, type AuditorOptions, auditorOf } from './auditor-options.js';
import { folderReader } from './export/read-export.js';
import { auditorProofs } from './prove/auditor-proofs.js';
import { exportProofs } from './prove/export-proofs.js';
import { type ProofSource, type ProvedRecord, proveRecord } from './prove/proof-source.js';

interface ProveOptions extends AuditorOptions {
  readonly out: string;
  readonly statement?: string;
  readonly export?: string;
  readonly cose?: boolean;
}

export const verb: Verb<ProveOptions> = {
  anyHome: true,
  configure: (command) =>
    addAuditorOptions(command)
      .argument(
        '<record>',
        'the digest of a record, or the id of a notice: the report on its newest revision',
      )
      .requiredOption('--out <file>', 'where to write the proof')
      .option('--statement <file>', "where to write the record's statement, a JWS whose SHA-256 is the entry")
      .option(
        '--cose',
        'write a COSE receipt (RFC 9942), which carries no cosignatures, instead of a `.tlog-proof`',
      )
      .option('--export <folder>', 'make the proof from this export (default: from the running auditor)'),
  examples: [
    [
      'ledger prove 01a21070-bbba-74cf-9b6c-e735c36b95a5 --out report.tlog-proof --statement report.jws',
      'the routing report on a notice, and the proof that it is on the log',
    ],
  ],
  run: async (call) => {
    const { args, options, output } = call;
    const proved = await proveRecord(await sourceOfProofs(call), args[0] ?? '');
    const { record, origin, index, size, statement } = proved;
    write(options.out, options.cose === true ? receiptOf(proved) : formatTlogProof(proved));
    if (options.statement !== undefined) write(options.statement, statement);
    output.show(
      { record, origin, size, index },
      () => `record ${record} is entry ${index} of the ${size} of \`${origin}\``,
    );
    return EXIT.yes;
  },
};

async function sourceOfProofs({ options, home, stopping }: Call<ProveOptions>): Promise<ProofSource> {
  if (options.export !== undefined) return exportProofs(folderReader(options.export));
  if (options.auditor === undefined) requireHomeContract(home);
  return auditorProofs(auditorOf(options, home), stopping);
}

/** Returns the receipt of a record. Throws `not-ready` where no quorum cosigned the checkpoint. */
function receiptOf({ root, ...proof }: ProvedRecord): Uint8Array {
  if (root === undefined) throw fail('not-ready', 'the log signs only roots that a quorum cosigned');
  return formatReceipt(root, proof);
}

/** Writes exactly these bytes: a JWS has no line end. */
function write(path: string, content: string | Uint8Array): void {
  withWriteErrors(path, () => writeWhole(path, Buffer.from(content)));
}
