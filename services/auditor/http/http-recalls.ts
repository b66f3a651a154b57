import type { FastifyInstance } from 'fastify';
import { parseNoticeId } from '../../shared/kernel/ids.js';
import { wholeNumber } from '../../shared/runtime/http-query.js';
import { signalOf } from '../../shared/runtime/http-request-limit.js';
import type { ShownRecall, ShownRecalls } from '../../shared/wire/shown-recalls.js';
import type { Archive } from '../archive.js';
import { type ArchiveReader, createArchiveReader } from '../archive-reader.js';
import { createStatementReader, type NoticeStatement } from '../decisions/decisions.js';
import type { RecallStatement } from '../decisions/recall-statements.js';
import { type AuditorGuard, parseViewer } from './http-guard.js';

/** The most recalls of one page: every record about each of their notices is read. */
const MAX_RECALLS = 20;

const query = { type: 'object', properties: { from: wholeNumber(1), limit: wholeNumber(MAX_RECALLS) } };

interface RecallsQuery {
  readonly viewer?: unknown;
  readonly from: string;
  readonly limit: string;
}

/** Adds the list of recalls with the answer of each holder, for the federation alone; other viewers get an empty list. */
export function addRecallsRoute(
  app: FastifyInstance,
  guard: AuditorGuard,
  archive: Pick<Archive, 'recalls' | 'read' | 'about'>,
): void {
  const route = guard('quarantine:read', query);
  app.get<{ Querystring: RecallsQuery }>('/v1/recalls', route, async (request): Promise<ShownRecalls> => {
    const { viewer, from, limit } = request.query;
    if (viewer === undefined || parseViewer(viewer) !== 'federation') return { recalls: [], next: null };
    const most = Math.min(Number(limit), MAX_RECALLS);
    const numbers = archive.recalls(Number(from), most);
    const reader = createArchiveReader(archive, signalOf(request));
    const recalls: ShownRecall[] = [];
    for (const number of numbers) recalls.push(...(await readRecall(reader, number)));
    const last = numbers.at(-1);
    return { recalls, next: last === undefined || numbers.length < most ? null : last + 1 };
  });
}

/** Reads the recall that a record puts in force, and the answers to it. */
async function readRecall(reader: ArchiveReader, number: number): Promise<readonly ShownRecall[]> {
  const [command] = (await reader.facts(number)).parts;
  const id = parseNoticeId(command?.['notice']);
  const read = createStatementReader(id);
  const statements: NoticeStatement[] = [];
  for await (const entry of reader.about(id)) statements.push(...read(entry));
  return statements
    .filter((one) => one.type === 'recall' && one.number === number)
    .flatMap(({ originator, at, parts }) =>
      (parts as unknown as readonly RecallStatement[]).map(({ digest, by, to }) => ({
        id,
        originator: String(originator),
        recalledAt: at,
        by: by.map(({ person }) => person),
        holders: to.map((org) => ({ org, ...answerOf(statements, { org, digest }) })),
      })),
    );
}

/** Returns the last answer of an organisation to a recall. */
function answerOf(
  statements: readonly NoticeStatement[],
  { org, digest }: { readonly org: string; readonly digest: string },
): { readonly answer: string | null; readonly answeredAt: string | null } {
  const answers = statements.flatMap(({ type, recipient, at, parts }) =>
    type === 'receipt' && recipient === org
      ? parts
          .filter((part) => part['type'] === 'answer' && part['action'] === digest)
          .map((part) => ({ answer: String(part['answer']), answeredAt: at }))
      : [],
  );
  return answers.at(-1) ?? { answer: null, answeredAt: null };
}
