import DataLoader from 'dataloader';
import { SluiceError } from '../../../base/errors.ts';
import type { Batch } from '../../../model/translation.ts';
import { CallFailure } from '../../callFailure.ts';
import { fieldFault } from './fieldFault.ts';
import { fillTemplate, type Scope } from './fillTemplate.ts';
import { inTurns } from './inTurns.ts';
import type { Answered, Question } from './projection.ts';
import type { AskOnce } from './speech.ts';
import { isWireObject, memberAt, ownMember } from './wireObject.ts';

interface QuestionParts {
  readonly subgraph: string;
  readonly askOnce: AskOnce;
}

interface AskedTogether {
  readonly question: Question;
  readonly waiting: ((answered: Answered) => void)[];
}

/** So many requests of one call are on their way at a time. */
const maxAtOnce = 16;

/**
 * The questions of one call. What one place of the selection asks for, object by object, is gathered, asked once each, and in
 * one request where the service has one for many. Answers are kept as long as the call's answer is.
 */
export class Questions {
  /** Of requests to the service that failed as such, the first. */
  failure: CallFailure | null = null;
  /** Requests that were answered. */
  answered = 0;
  readonly #parts: QuestionParts;
  readonly #loaders = new Map<object, DataLoader<Question, unknown, string>>();
  readonly #settled = new Map<object, Map<string, Answered>>();
  readonly #groups = new Map<object, Map<string, AskedTogether>>();
  #pending: Promise<void>[] = [];

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /** The answer at once where it is there; else `then` is called before `allAnswered` resolves. */
  answer(question: Question, then: (answered: Answered) => void): void {
    const settled = this.#settled.get(question.of)?.get(question.key);
    if (settled) {
      then(settled);
      return;
    }
    if (question.ask.batch) {
      this.#gather(question, then);
      return;
    }
    const asking = this.#loaderOf(question.of)
      .load(question)
      .then(
        (value): Answered => ({ value }),
        (failure: unknown): Answered => ({ failure }),
      );
    this.#pending.push(
      asking.then((answered) => {
        this.#keep(question, answered);
        then(answered);
      }),
    );
  }

  /** Resolves when nothing is asked any more; an answer may bring new questions. */
  async allAnswered(): Promise<void> {
    while (this.#pending.length > 0) {
      const waiting = this.#pending;
      this.#pending = [];
      await Promise.all(waiting);
    }
  }

  #keep({ of, key }: Question, answered: Answered): void {
    const known = this.#settled.get(of) ?? new Map<string, Answered>();
    this.#settled.set(of, known);
    known.set(key, answered);
  }

  #loaderOf(of: object): DataLoader<Question, unknown, string> {
    const known = this.#loaders.get(of);
    if (known) return known;
    const loader = new DataLoader<Question, unknown, string>((questions) => this.#oneByOne(questions), {
      cacheKeyFn: ({ key }) => key,
    });
    this.#loaders.set(of, loader);
    return loader;
  }

  /** Together with all that this turn asks for the same place: a promise for each would cost more than the answer. */
  #gather(question: Question, then: (answered: Answered) => void): void {
    const { of, key, ask } = question;
    let group = this.#groups.get(of);
    if (!group) {
      group = new Map();
      this.#groups.set(of, group);
      const { batch } = ask;
      if (batch) this.#pending.push(Promise.resolve().then(() => this.#inBatches(of, batch)));
    }
    const asked = group.get(key);
    if (asked) asked.waiting.push(then);
    else group.set(key, { question, waiting: [then] });
  }

  async #inBatches(of: object, batch: Batch): Promise<void> {
    const asked = [...(this.#groups.get(of)?.values() ?? [])];
    this.#groups.delete(of);
    const parts: (readonly AskedTogether[])[] = [];
    for (let from = 0; from < asked.length; from += batch.max)
      parts.push(asked.slice(from, from + batch.max));
    await inTurns(parts, maxAtOnce, async (part) => {
      const values = await this.#together(
        part.map(({ question }) => question),
        batch,
      );
      for (const [index, { question, waiting }] of part.entries()) {
        const value = values[index];
        const answered: Answered = value instanceof Error ? { failure: value } : { value };
        this.#keep(question, answered);
        for (const then of waiting) then(answered);
      }
    });
  }

  async #together(questions: readonly Question[], batch: Batch): Promise<readonly (unknown | Error)[]> {
    const [first] = questions;
    if (!first) return [];
    const each = questions.map(({ scope }) => fillTemplate(batch.each, scope));
    const scope: Scope = (name) => (name === batch.into ? each : first.scope(name));
    try {
      const { given } = first;
      const members = Object.assign(Object.create(null), given.byWire, { [batch.into]: each });
      const items = await this.#ask(first, scope, members);
      return this.#matched(each, items, batch);
    } catch (failure) {
      return questions.map(() => SluiceError.from(failure));
    }
  }

  /** The answer for each: by what it is called, or by where it stands. */
  #matched(each: readonly unknown[], items: unknown, { by, value }: Batch): readonly (unknown | Error)[] {
    if (items === null || items === undefined) return each.map(() => null);
    if (!Array.isArray(items)) throw this.#misfit('no list where many were asked for');
    if (by === null) {
      if (items.length !== each.length)
        throw this.#misfit(`${items.length} items where ${each.length} were asked for`);
      return items.map((item) => memberAt(item, value) ?? null);
    }
    const found = new Map<string, unknown>();
    for (const item of items) if (isWireObject(item)) found.set(String(ownMember(item, by)), item);
    return each.map((one) => memberAt(found.get(String(one)) ?? null, value) ?? null);
  }

  #oneByOne(questions: readonly Question[]): Promise<readonly (unknown | Error)[]> {
    return inTurns(questions, maxAtOnce, async (question) => {
      try {
        return await this.#ask(question, question.scope, question.given.byWire);
      } catch (failure) {
        return SluiceError.from(failure);
      }
    });
  }

  /** One value; of what comes in pages, as many as are asked for. */
  async #ask(question: Question, scope: Scope, members: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { ask } = question;
    const first = await this.#request(question, scope, members, null);
    const value = memberAt(first, ask.result);
    const { pages } = ask;
    if (!pages || !Array.isArray(value)) return value ?? null;
    const wanted = Number(scope('first') ?? Number.POSITIVE_INFINITY);
    const items: unknown[] = [...value];
    let next = cursorOf(memberAt(first, pages.next), pages.parameter);
    for (let page = 1; next !== null && page < pages.max && items.length < wanted; page += 1) {
      const answer = await this.#request(question, scope, members, { [pages.parameter]: next });
      const more = memberAt(answer, ask.result);
      if (!Array.isArray(more)) throw this.#misfit('a page without a list');
      for (const item of more) items.push(item);
      next = cursorOf(memberAt(answer, pages.next), pages.parameter);
    }
    return items.length > wanted ? items.slice(0, wanted) : items;
  }

  async #request(
    { ask, wanted }: Question,
    scope: Scope,
    members: Readonly<Record<string, unknown>>,
    query: Readonly<Record<string, string>> | null,
  ): Promise<unknown> {
    try {
      const answer = await this.#parts.askOnce({ ask, scope, members, query, wanted });
      this.answered += 1;
      return answer;
    } catch (failure) {
      if (failure instanceof CallFailure) this.failure ??= failure;
      else this.answered += 1;
      throw failure;
    }
  }

  #misfit(what: string): SluiceError {
    return fieldFault('SUBGRAPH_MALFORMED_RESPONSE', `Subgraph "${this.#parts.subgraph}" answered ${what}.`);
  }
}

/** Some services send a cursor, others the URL of the next page: of that only the cursor is taken, for it may lead elsewhere. */
function cursorOf(next: unknown, parameter: string): string | null {
  if (typeof next === 'number') return String(next);
  if (typeof next !== 'string' || next === '') return null;
  if (!/^(?:https?:\/)?\//.test(next)) return next;
  return URL.canParse(next, 'http://any') ? new URL(next, 'http://any').searchParams.get(parameter) : null;
}
