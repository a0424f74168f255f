import DataLoader from 'dataloader';
import { SluiceError } from '../../../base/errors.ts';
import type { Batch } from '../../../model/translation.ts';
import { CallFailure } from '../../callFailure.ts';
import { fieldFault } from './fieldFault.ts';
import { fillTemplate, type Scope } from './fillTemplate.ts';
import { inTurns } from './inTurns.ts';
import { Projected } from './projected.ts';
import { type Answered, type Question, scopeOf } from './question.ts';
import type { Asking } from './selectedObject.ts';
import type { AskOnce } from './speech.ts';
import { isWireObject, memberAt, ownMember } from './wireObject.ts';

interface QuestionParts {
  readonly subgraph: string;
  readonly askOnce: AskOnce;
}

/** A question, and who waits for its answer until it is there. */
interface Asked {
  readonly question: Question;
  waiting: ((answered: Answered) => void)[];
  answered: Answered | null;
}

/** All that one place of the selection asks for. */
interface AskedTogether {
  /** By key: each is asked once, and its answer kept as long as the call's is. */
  readonly all: Map<string, Asked>;
  /** What the next turn sends in one request. */
  gathered: Asked[];
  loader: DataLoader<Question, unknown, string> | null;
}

/** So many requests of one call are on their way at a time. */
const maxAtOnce = 16;

/**
 * The questions of one call. What one place of the selection asks for, object by object, is gathered, asked once each, and in
 * one request where the service has one for many.
 */
export class Questions {
  /** Of requests to the service that failed as such, the first. */
  failure: CallFailure | null = null;
  /** Requests that were answered. */
  answered = 0;
  readonly #parts: QuestionParts;
  readonly #places = new Map<Asking, AskedTogether>();
  #pending: Promise<void>[] = [];

  constructor(parts: QuestionParts) {
    this.#parts = parts;
  }

  /** The answer at once where it is there; else `then` is called before `allAnswered` resolves. */
  answer(question: Question, then: (answered: Answered) => void): void {
    const { asking, key } = question;
    let place = this.#places.get(asking);
    if (!place) {
      place = { all: new Map(), gathered: [], loader: null };
      this.#places.set(asking, place);
    }
    const known = place.all.get(key);
    if (known?.answered) then(known.answered);
    else if (known) known.waiting.push(then);
    else {
      const asked: Asked = { question, waiting: [then], answered: null };
      place.all.set(key, asked);
      if (asking.ask.batch) this.#gather(place, asked, asking.ask.batch);
      else this.#load(place, asked);
    }
  }

  /** Resolves when nothing is asked any more; an answer may bring new questions. */
  async allAnswered(): Promise<void> {
    while (this.#pending.length > 0) {
      const waiting = this.#pending;
      this.#pending = [];
      await Promise.all(waiting);
    }
  }

  #load(place: AskedTogether, asked: Asked): void {
    place.loader ??= new DataLoader<Question, unknown, string>((questions) => this.#oneByOne(questions), {
      cacheKeyFn: ({ key }) => key,
    });
    const answer = place.loader.load(asked.question);
    this.#pending.push(
      answer.then(
        (value) => settle(asked, { value }),
        (failure: unknown) => settle(asked, { failure }),
      ),
    );
  }

  /** Together with all that this turn asks for the same place: a promise for each would cost more than the answer. */
  #gather(place: AskedTogether, asked: Asked, batch: Batch): void {
    if (place.gathered.length === 0)
      this.#pending.push(Promise.resolve().then(() => this.#inBatches(place, batch)));
    place.gathered.push(asked);
  }

  async #inBatches(place: AskedTogether, batch: Batch): Promise<void> {
    const { gathered } = place;
    place.gathered = [];
    const parts: (readonly Asked[])[] = [];
    for (let from = 0; from < gathered.length; from += batch.max)
      parts.push(gathered.slice(from, from + batch.max));
    await inTurns(parts, maxAtOnce, async (part) => {
      const values = await this.#together(part, batch);
      part.forEach((asked, index) => {
        const value = values[index];
        settle(asked, value instanceof Error ? { failure: value } : { value });
      });
    });
  }

  async #together(asked: readonly Asked[], batch: Batch): Promise<readonly (unknown | Error)[]> {
    const [first] = asked;
    if (!first) return [];
    const { question } = first;
    const { plainEach } = question.asking;
    const each = asked.map(({ question: one }) =>
      plainEach === null ? fillTemplate(batch.each, scopeOf(one)) : one.asking.valueOf(plainEach, one.values),
    );
    const own = scopeOf(question);
    const scope: Scope = (name) => (name === batch.into ? each : own(name));
    try {
      const members = Object.assign(Object.create(null), question.given.byWire, { [batch.into]: each });
      const items = await this.#ask(question, scope, members);
      return this.#matched(each, items, batch);
    } catch (failure) {
      return asked.map(() => SluiceError.from(failure));
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
    for (const item of items) {
      if (item instanceof Projected) found.set(String(item.by), item);
      else if (isWireObject(item)) found.set(String(ownMember(item, by)), item);
    }
    return each.map((one) => memberAt(found.get(String(one)) ?? null, value) ?? null);
  }

  #oneByOne(questions: readonly Question[]): Promise<readonly (unknown | Error)[]> {
    return inTurns(questions, maxAtOnce, async (question) => {
      try {
        return await this.#ask(question, scopeOf(question), question.given.byWire);
      } catch (failure) {
        return SluiceError.from(failure);
      }
    });
  }

  /** One value; of what comes in pages, as many as are asked for. */
  async #ask(question: Question, scope: Scope, members: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { ask } = question.asking;
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
    { asking }: Question,
    scope: Scope,
    members: Readonly<Record<string, unknown>>,
    query: Readonly<Record<string, string>> | null,
  ): Promise<unknown> {
    try {
      const answer = await this.#parts.askOnce({ asking, scope, members, query });
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

function settle(asked: Asked, answered: Answered): void {
  const { waiting } = asked;
  asked.answered = answered;
  asked.waiting = [];
  for (const then of waiting) then(answered);
}

/** Some services send a cursor, others the URL of the next page: of that only the cursor is taken, for it may lead elsewhere. */
function cursorOf(next: unknown, parameter: string): string | null {
  if (typeof next === 'number') return String(next);
  if (typeof next !== 'string' || next === '') return null;
  if (!/^(?:https?:\/)?\//.test(next)) return next;
  return URL.canParse(next, 'http://any') ? new URL(next, 'http://any').searchParams.get(parameter) : null;
}
