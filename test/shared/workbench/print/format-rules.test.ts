import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyToJson } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errorFrom } from '../../../../services/shared/kernel/errors.js';
import { splitRules } from '../../../../services/shared/policy/text/rule-text.js';
import { formatRules } from '../../../../services/shared/workbench/print/format-rules.js';
import { folder, load } from '../../../policies/sample.js';

const format = (text: string): string => formatRules({ path: 'x.cedar', text });
const meanings = (text: string): readonly unknown[] =>
  splitRules(text).map((rule) => policyToJson(rule.text));
const comments = (text: string): readonly string[] => text.match(/\/\/[^\n]*/g) ?? [];

const shipped = [...load().sets.keys()].map((name) => {
  const path = name === 'federation' ? 'federation/rules.cedar' : `${name}.cedar`;
  return readFileSync(join(folder, path), 'utf8');
});
const rules = shipped.flatMap((text) => splitRules(text).map((rule) => rule.text));

/** Matches the text between two tokens; a string and every other character are tokens. */
const PIECE = /"(?:[^"\\]|\\[\s\S])*"|\s+|[^\s"]+/g;

describe('policy fmt', () => {
  test.each(shipped.map((text) => [text.split('\n')[0]?.slice(3) ?? '', text]))(
    'the shipped rules are as they should look: %s',
    (_, text) => expect(format(text)).toBe(text),
  );

  test('the layout of the input makes no difference, and the meaning of a rule stays', () => {
    const space = fc.constantFrom(' ', '\n', '\t', '\r\n', '   ', '\n\n');
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.infiniteStream(space), (rule, spaces) => {
        const laidOut = rule.replaceAll(PIECE, (piece) =>
          piece.trim() === '' ? spaces.next().value : piece,
        );
        expect(format(laidOut)).toBe(format(rule));
        expect(meanings(format(laidOut))).toEqual(meanings(rule));
      }),
    );
  });

  test('a comment at any place is kept, and formatting again changes nothing', () => {
    const spot = fc.constantFrom(...Array<string>(30).fill(' '), ' // why\n', '\n// because\n');
    fc.assert(
      fc.property(fc.constantFrom(...rules), fc.infiniteStream(spot), (rule, spots) => {
        const commented = rule.replaceAll(PIECE, (piece) =>
          piece.trim() === '' ? spots.next().value : piece,
        );
        const once = format(commented);
        expect(comments(once).toSorted()).toEqual(
          comments(commented)
            .map((text) => text.trim())
            .toSorted(),
        );
        expect(meanings(once)).toEqual(meanings(rule));
        expect(format(once)).toBe(once);
      }),
    );
  });

  test('conditions are one per line, long lists are filled, one empty line separates rules', () => {
    const list = ['identity', 'description', 'media', 'threat', 'references', 'documents', 'vehicles'];
    const sections = `[${list.map((name) => `Section::"${name}"`).join(',')}]`;
    const text = `// whose rules\n@id("a") permit(principal,action==Action::"disclose",resource)
when{${sections}.contains(context.section)&&(resource.minor||resource.tlp==Tlp::"red")}unless{resource.minor};// end
@id("b")forbid(principal,action,resource);`;
    expect(format(text)).toBe(`// whose rules
@id("a")
permit (principal, action == Action::"disclose", resource)
when {
  [
    Section::"identity", Section::"description", Section::"media", Section::"threat", Section::"references",
    Section::"documents", Section::"vehicles"
  ].contains(context.section) &&
  (resource.minor || resource.tlp == Tlp::"red")
}
unless { resource.minor }; // end

@id("b")
forbid (principal, action, resource);
`);
  });

  test('strings are unchanged, even when they look like rules', () => {
    const text = `@id("x")
@reason("permit (  a,b ) // when { && }
  [x ]")
@permit("forbid (")
permit (principal, action, resource)
when {
  resource.tlp == Tlp::"a  && ( b" &&
  resource.minor
};
`;
    expect(format(text)).toBe(text);
  });

  test('comments between rules keep their place, with at most one empty line', () => {
    const rule = (id: string): string => `@id("${id}")\npermit (principal, action, resource);\n`;
    const text = `\n\n// top\n\n\n\n// more\n${rule('a')}// of b\n${rule('b')}\n\n// --- apart ---\n\n${rule('c')}// end\n\n`;
    expect(format(text)).toBe(
      `// top\n\n// more\n${rule('a')}\n// of b\n${rule('b')}\n// --- apart ---\n\n${rule('c')}// end\n`,
    );
  });

  test('a rule with a comment among its conditions keeps its lines', () => {
    const text = `@id("a")
permit (principal, action, resource)
when {
  // only to protect them
  resource.minor &&   
    resource.tlp == Tlp::"red" // and nobody else
};
`;
    expect(format(text)).toBe(text.replace('&&   ', '&&'));
  });

  test('text that is not a rule is refused with its place', () => {
    const text = '@id("a")\npermit (principal, action, resource) when { resource.minor & };\n';
    const error = errorFrom(thrownBy(() => format(text)));
    expect(error.code).toBe('policy-invalid');
    expect(error.details[0]?.path).toMatch(/^x\.cedar:2:\d+$/);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return expect.fail('expected an error');
}
