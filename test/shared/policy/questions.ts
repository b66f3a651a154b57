import fc from 'fast-check';
import type { Attributes } from '../../../services/shared/notice/attributes.js';
import type { Question } from '../../../services/shared/policy/engine.js';
import type { DirectoryFacts, OrganisationFacts } from '../../../services/shared/policy/facts.js';
import { noticeShape, type Schema, vocabularyOf } from '../../../services/shared/policy/schema.js';

/** Arbitrary notices with words of the vocabularies, whatever their kind allows. */
export function anyNotice(schema: Schema): fc.Arbitrary<Attributes> {
  const fields = noticeShape(schema).map(({ path, form, words, optional }) => {
    const word = form === 'flag' ? fc.boolean() : fc.constantFrom(...words);
    const value: fc.Arbitrary<unknown> =
      form === 'set' ? fc.uniqueArray(word as fc.Arbitrary<string>, { maxLength: 4 }) : word;
    return [path, optional ? fc.option(value, { nil: undefined }) : value] as const;
  });
  return fc.record(Object.fromEntries(fields)).map((flat) => {
    const {
      'evaluation.source': source,
      'evaluation.information': information,
      personStatus,
      breakGlass,
      ...rest
    } = flat;
    const status = personStatus === undefined ? {} : { personStatus };
    const used = breakGlass === undefined ? {} : { breakGlass };
    return { ...rest, ...status, ...used, evaluation: { source, information } } as unknown as Attributes;
  });
}

/** Returns a member with any facts, as another version of the directory may state them. */
function anyRecipient(schema: Schema, { organisations }: DirectoryFacts): fc.Arbitrary<OrganisationFacts> {
  const some = (type: string) => fc.subarray([...(vocabularyOf(schema, type) ?? [])]);
  const members = [...organisations.keys()];
  const facts = {
    id: fc.constantFrom(...members),
    groups: some('Group'),
    accreditedFor: some('Classification'),
    agreements: fc.subarray(members),
  };
  return fc.oneof(fc.constantFrom(...organisations.values()), fc.record(facts));
}

/** Arbitrary questions about any notice and any member. */
export function anyQuestion(schema: Schema, directory: DirectoryFacts): fc.Arbitrary<Question> {
  return questionsTo(schema, fc.constantFrom(...directory.organisations.values()));
}

/** Arbitrary questions about any notice and any member, whatever its facts. */
export function anyQuestionToAny(schema: Schema, directory: DirectoryFacts): fc.Arbitrary<Question> {
  return questionsTo(schema, anyRecipient(schema, directory));
}

function questionsTo(schema: Schema, recipient: fc.Arbitrary<OrganisationFacts>): fc.Arbitrary<Question> {
  return fc
    .record({
      recipient,
      notice: anyNotice(schema),
      permission: fc.constantFrom('receive' as const, 'disclose' as const, 'advertise' as const),
      section: fc.constantFrom(...(vocabularyOf(schema, 'Section') ?? [])),
    })
    .map(({ section, ...question }) =>
      question.permission === 'receive' ? question : { ...question, section },
    );
}
