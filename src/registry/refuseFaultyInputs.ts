import { SluiceError } from '../base/errors.ts';
import { urlFault } from '../base/forbiddenAddress.ts';
import type { ChangeOptions, SubgraphDraft, SubgraphInput } from '../model/registry.ts';

/** Not `_`, which federation keeps for itself, nor `__…`: the supergraph makes an enum value of the name, and GraphQL keeps those. */
const subgraphName = /^(?!__|_$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const maxTextLength = 200;
const maxNameShown = 80;

/** Refuses what is wrong about inputs before anybody composes them: BAD_USER_INPUT, or BODY_TOO_LARGE for the SDL. */
export function refuseFaultyInputs(inputs: readonly SubgraphInput[], maxSdlBytes: number): void {
  if (inputs.length === 0) throw badInput('There is no subgraph to publish: give at least one');
  const names = new Set<string>();
  for (const input of inputs) {
    refuseFaultyDraft(input, maxSdlBytes);
    if (names.has(input.name)) throw badInput(`Subgraph ${input.name} is given twice: once is allowed`);
    names.add(input.name);
  }
}

export function refuseFaultyDraft({ name, url, sdl }: SubgraphDraft, maxSdlBytes: number): void {
  refuseNul({ url, sdl });
  if (!subgraphName.test(name)) {
    throw badInput(
      `Subgraph name ${quoted(name)} is not allowed: a letter or a single _ first, then letters, digits, _ or -, at most 64 in all`,
    );
  }
  const fault = url === undefined ? null : urlFault(url);
  if (fault !== null) throw badInput(`The URL of subgraph ${name} ${fault}`);
  const bytes = Buffer.byteLength(sdl);
  if (bytes > maxSdlBytes) {
    throw new SluiceError(
      'BODY_TOO_LARGE',
      `The SDL of subgraph ${name} has ${bytes} bytes: ${maxSdlBytes} are allowed`,
    );
  }
}

export function refuseFaultyOptions({ author, base, idempotencyKey }: ChangeOptions): void {
  refuseNul({ author, 'idempotency key': idempotencyKey });
  if (author === '' || author.length > maxTextLength) {
    throw badInput(`The author has ${author.length} characters: 1 to ${maxTextLength} are allowed`);
  }
  if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > maxTextLength)) {
    throw badInput(
      `The idempotency key has ${idempotencyKey.length} characters: 1 to ${maxTextLength} are allowed`,
    );
  }
  if (base !== undefined && (!Number.isSafeInteger(base) || base < 0)) {
    throw badInput(`The base ${base} is no version: a whole number from 0 is allowed`);
  }
}

/** No store but SQLite keeps it, and nobody means it. */
function refuseNul(texts: Readonly<Record<string, string | undefined>>): void {
  for (const [name, text] of Object.entries(texts))
    if (text?.includes('\0'))
      throw badInput(`The ${name} holds the character U+0000: any other one is allowed`);
}

export function badInput(message: string): SluiceError {
  return new SluiceError('BAD_USER_INPUT', message);
}

function quoted(name: string): string {
  return JSON.stringify(name.length > maxNameShown ? `${name.slice(0, maxNameShown)}…` : name);
}
