import { describe, expect, test } from 'vitest';
import type { RecipientOutcome, ShownAction } from '../../services/simulator/gateway-http.js';
import {
  canariesAt,
  countLife,
  type GivenRevision,
  isHidden,
  type LivedNotice,
  sectionsLeft,
} from '../../services/simulator/notice-life.js';

const SECTIONS = ['identity', 'judicial', 'media'];

const pair = (org: string, sections: readonly string[], more: Partial<RecipientOutcome> = {}) => ({
  org,
  outcome: 'redacted',
  sections,
  withheld: SECTIONS.filter((section) => !sections.includes(section)),
  receipt: { type: 'held' },
  ...more,
});
const DENIED = { outcome: 'denied', receipt: null };

const revision = (n: number, ...recipients: readonly RecipientOutcome[]): GivenRevision => ({
  canaries: new Map(SECTIONS.map((section) => [section, `${n}-${section}`])),
  recipients,
});
const first = revision(1, pair('afripol', ['identity', 'judicial']), pair('gccpol', ['identity']));

const lived = (actions: readonly ShownAction[], more: Partial<LivedNotice> = {}): LivedNotice => ({
  revisions: [first],
  isEnded: false,
  life: { actions },
  ...more,
});
const action = (verb: string, more: Partial<ShownAction> = {}): ShownAction => ({
  verb,
  state: 'settled',
  ...more,
});
const left = (notice: LivedNotice, org = 'afripol') => {
  const sections = sectionsLeft(notice, org);
  return sections && [...sections].toSorted();
};

describe('the life of a simulated notice', () => {
  test('leaves what the report gave while there is no action', () => {
    expect(left({ ...lived([]), life: undefined })).toEqual(['identity', 'judicial']);
    expect(left(lived([]), 'ecopol')).toBeUndefined();
  });

  test('leaves nothing after its end', () => {
    expect(left(lived([action('withdraw')], { isEnded: true }))).toBeUndefined();
    expect(left(lived([], { life: { ended: {}, actions: [] } }))).toBeUndefined();
  });

  test('a restriction takes the named sections from the named holders', () => {
    const of = (holders: ShownAction['holders']) =>
      lived([action('restrict', holders === undefined ? {} : { holders })]);
    expect(left(of([{ org: 'afripol', sections: ['judicial'] }]))).toEqual(['identity']);
    expect(left(of([{ org: 'afripol' }]))).toBeUndefined();
    expect(left(of([{ org: 'afripol' }]), 'gccpol')).toEqual(['identity']);
    expect(left(of(undefined), 'gccpol')).toBeUndefined();
  });

  test('an unseal adds its section for the holder it names', () => {
    const notice = lived([action('unseal', { holders: [{ org: 'gccpol', sections: ['media'] }] })]);
    expect(left(notice, 'gccpol')).toEqual(['identity', 'media']);
    expect(left(notice)).toEqual(['identity', 'judicial']);
  });

  test.each(['queued', 'held', 'refused'])('an action that is %s changes nothing', (state) => {
    expect(left(lived([action('restrict', { state })]))).toEqual(['identity', 'judicial']);
  });

  test('a suspended notice is hidden and stays held', () => {
    const notice = lived([], { life: { actions: [], suspendedUntil: '2031-01-01T00:00:00Z' } });
    expect([isHidden(notice), isHidden(lived([]))]).toEqual([true, false]);
    expect(canariesAt(notice, 'gccpol').erased).toEqual([]);
  });

  test('canaries are sorted into disclosed, withheld and erased', () => {
    const restricted = lived([action('restrict', { holders: [{ org: 'afripol', sections: ['judicial'] }] })]);
    expect(canariesAt(restricted, 'afripol')).toEqual({
      disclosed: ['1-identity'],
      withheld: ['1-media'],
      erased: ['1-judicial'],
    });
    const ended = lived([action('withdraw')], { isEnded: true });
    expect(canariesAt(ended, 'gccpol')).toEqual({
      disclosed: [],
      withheld: ['1-judicial', '1-media'],
      erased: ['1-identity'],
    });
  });

  test('an amendment replaces the revision before at every holder', () => {
    const second = revision(2, pair('afripol', ['media']), pair('gccpol', [], DENIED));
    const amended = lived([], { revisions: [first, second] });
    expect(left(amended)).toEqual(['media']);
    expect(canariesAt(amended, 'afripol')).toEqual({
      disclosed: ['2-media'],
      withheld: ['1-media', '2-identity', '2-judicial'],
      erased: ['1-identity', '1-judicial'],
    });
    expect(canariesAt(amended, 'gccpol').erased).toEqual(['1-identity']);
    expect(left(amended, 'gccpol')).toBeUndefined();
  });

  test('is counted by the actions that the hub recorded', () => {
    const actions = [action('unseal'), action('restrict'), action('restrict', { state: 'refused' })];
    expect(countLife(lived(actions, { revisions: [first, first] }))).toEqual({
      amended: 1,
      withdrawn: 0,
      unsealed: 1,
      restricted: 1,
    });
  });
});
