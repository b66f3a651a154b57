import { readRoutedMembers, type RoutedMembers } from '../../shared/wire/routed-members.js';

/** Returns what the routers know of members; null if none answers. */
export type MemberWatch = () => Promise<RoutedMembers | null>;

const FRESH_MS = 2_000;

/** Asks the `/members` of each router on demand, at most every two seconds, however many viewers look. */
export function createMemberWatch(urls: readonly string[]): MemberWatch {
  let asked: { readonly at: number; readonly answer: ReturnType<MemberWatch> } | undefined;
  return () => {
    if (asked === undefined || Date.now() - asked.at > FRESH_MS)
      asked = { at: Date.now(), answer: readRoutedMembers(urls) };
    return asked.answer;
  };
}
