import { encodeBase64url } from '../../../services/shared/kernel/base64url.js';
import { parseNoticeId } from '../../../services/shared/kernel/ids.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { composeNotice } from '../../../services/shared/notice/draft.js';
import { KINDS } from '../../../services/shared/notice/kinds.js';
import { parseNotice } from '../../../services/shared/notice/notice.js';
import { readFront } from '../../../services/shared/trust/parse-compact-jws.js';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { readDisclosed, hashSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { frames, type Submission } from '../../../services/shared/wire/frames.js';
import { noticeItems } from '../../../services/shared/wire/items.js';
import { liaison } from '../../../services/shared/wire/generated/frames.js';
import { exampleDraft } from '../examples.js';
import type { ComparedPart } from './parts-figures.js';
import type { Prepared } from '../prepare.js';
import type { Work } from '../rounds.js';

/** Notices in a frame. */
export const FRAME_SIZES = [1, 8, 64] as const;
/** Bytes of a notice as JSON. */
const JSON_SIZES = [2_048, 20_480] as const;
const KIND = 'yellow';

/** The parts among the headline figures of docs/benchmarks.md. */
const HEADLINES = ['decode a frame of 64, strictly', 'strict JSON of 2 KB', 'schema of 2 KB'];

const part = (name: string, work: Work, to?: string): ComparedPart => {
  const set = to === undefined ? {} : { to };
  const shown = HEADLINES.includes(name) ? ({ headline: true } as const) : {};
  return { name, operations: 1, prepare: () => work, ...set, ...shown };
};

/** Returns the parts that compare the strict codec with protobufjs alone, for frames of submissions. */
export function frameParts({ notices }: Prepared): readonly ComparedPart[] {
  return FRAME_SIZES.flatMap((size) => {
    const frame: Submission = {
      statement: encodeBase64url(Buffer.alloc(200)),
      items: noticeItems(notices.slice(0, size)),
    };
    const bytes = frames.submission.encode(frame);
    const plain = `decode a frame of ${size}, protobufjs alone`;
    return [
      part(plain, () => liaison.v1.Submission.decode(bytes)),
      part(`decode a frame of ${size}, strictly`, () => frames.submission.decode(bytes), plain),
      part(`encode a frame of ${size}`, () => frames.submission.encode(frame), plain),
    ];
  });
}

/**
 * Returns the parts that parse a notice as strict JSON, validate its schema and parse its SD-JWT without
 * checking the signature, each compared with `JSON.parse` of a text of the same length.
 */
export function textParts({ notices, org }: Prepared): readonly ComparedPart[] {
  // The notices have every kind in turn; the example of this kind is about 2 KB long.
  const sdJwt = notices[KINDS.indexOf(KIND)] ?? '';
  return [
    ...JSON_SIZES.flatMap((size) => {
      const ids = { id: parseNoticeId('019a0000-0000-7000-8000-000000000001'), number: 1 };
      const draft = exampleDraft(KIND, { bytes: size });
      const notice = composeNotice(draft, { ...ids, originator: org, now: new Date() });
      const text = JSON.stringify(notice);
      const name = `JSON.parse of ${size / 1024} KB`;
      return [
        part(name, () => JSON.parse(text)),
        part(`strict JSON of ${size / 1024} KB`, () => parseStrictJson(text), name),
        part(`schema of ${size / 1024} KB`, () => parseNotice(notice), name),
      ];
    }),
    part('SD-JWT of 2 KB without its signature', () => parseSdJwt(sdJwt), 'JSON.parse of 2 KB'),
  ];
}

/** Parses an SD-JWT as opening a notice does, without checking the signature. */
function parseSdJwt(text: string): unknown {
  const { jwt, disclosures } = hashSdJwt(text);
  const claims = parseStrictJson(readFront(jwt, 'notice+sd-jwt').payload) as Claims;
  return readDisclosed(claims, disclosures);
}
