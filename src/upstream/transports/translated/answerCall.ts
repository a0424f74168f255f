import type { CallFault, SubgraphCall } from '../../../model/subgraphCall.ts';
import type { Translation } from '../../../model/translation.ts';
import { Projection } from './projection.ts';
import { Questions } from './questions.ts';
import { readOperation } from './readOperation.ts';
import type { Selections } from './selections.ts';
import type { Speech } from './speech.ts';
import { TranslatedAnswer } from './translatedAnswer.ts';

interface CallParts {
  readonly translation: Translation;
  readonly selections: Selections;
  readonly speech: Speech;
}

/**
 * Answers a call by asking a service that is no GraphQL server, in as few requests as it can be had. Rejects with the first CallFailure
 * when none of the requests was answered; when some were, the others are errors of their fields.
 */
export async function answerCall(
  call: SubgraphCall,
  { translation, selections, speech }: CallParts,
): Promise<TranslatedAnswer> {
  const { subgraph } = call;
  const operation = readOperation(call);
  const { variables, definition } = operation;
  const selected = selections.of(operation, translation);
  const { query, mutation } = translation.roots;
  const questions = new Questions({ subgraph, askOnce: speech.askOnce });
  const answer: Questions['answer'] = (question, then) => questions.answer(question, then);
  const project = (): Projection => new Projection({ subgraph, translation, variables, answer });
  const first = project();
  if (definition.operation === 'mutation') {
    // One after the other, as GraphQL wants it.
    for (const field of selected.fields) {
      first.beginField(field, mutation);
      await questions.allAnswered();
    }
  } else {
    first.begin(selected, query);
    await questions.allAnswered();
    if (isGreeting(selected)) await speech.greet();
  }
  const { failure, answered } = questions;
  if (failure && answered === 0) throw failure;
  return new TranslatedAnswer(first, {
    bytes: speech.bytes(),
    headers: speech.headers(),
    fault: (failure?.fault ?? null) as CallFault | null,
    again() {
      const projection = project();
      projection.begin(selected, definition.operation === 'mutation' ? mutation : query);
      return projection;
    },
  });
}

/** `{ __typename }` alone is how a breaker asks whether somebody is there. */
function isGreeting({ fields }: ReturnType<Selections['of']>): boolean {
  return fields.every((field) => 'field' in field && field.field === null);
}
