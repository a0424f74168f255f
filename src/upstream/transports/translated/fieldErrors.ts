import { SluiceError } from '../../../base/errors.ts';
import { fieldFault } from './fieldFault.ts';
import { type Place, pathOf } from './slot.ts';

/** A field error, as subgraphs write theirs. */
export interface FieldError {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: { readonly code: string };
}

/** More errors of one answer tell nobody more. */
const maxErrors = 100;

/** What went wrong in the fields of one result. */
export class FieldErrors {
  readonly all: FieldError[] = [];
  readonly #subgraph: string;

  constructor(subgraph: string) {
    this.#subgraph = subgraph;
  }

  tell(failure: unknown, place: Place): void {
    if (this.all.length >= maxErrors) return;
    const { message, code, extensions } = SluiceError.from(failure);
    const own = typeof extensions.code === 'string' ? extensions.code : code;
    this.all.push({ message, path: pathOf(place), extensions: { code: own } });
  }

  /** What the service sent is not what its schema says. */
  misfit(what: string, place: Place): null {
    const message = `Subgraph "${this.#subgraph}" answered ${what}.`;
    this.tell(fieldFault('SUBGRAPH_MALFORMED_RESPONSE', message), place);
    return null;
  }
}
