import { SluiceError } from '../../base/errors.ts';
import type { Route } from '../../model/route.ts';
import { decodeText } from './decodeText.ts';
import { shownName } from './shownName.ts';

/** More than this are none that somebody wrote. */
const maxParameters = 1000;

/** The parameters of a query string by their names: each one the route knows, and once, unless it is a list. */
export function readQuery(route: Route, search: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  const pairs = search.slice(1).split('&', maxParameters + 1);
  if (pairs.length > maxParameters)
    throw new SluiceError(
      'BAD_REQUEST',
      `There are more than ${maxParameters} parameters, the most allowed.`,
    );
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const [written, text] = equals === -1 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const name = decodeText(spaced(written), 'The name of a parameter');
    // Of an input object a member, such as `filter.name`; which there are, its type says later.
    const [head = ''] = name.split('.', 1);
    const variable = route.variables.find((each) => each.name === head && each.from === 'query');
    if (!variable) throw unknownParameter(route, name);
    const value = decodeText(spaced(text), `The parameter "${name}"`);
    const known = values.get(name);
    if (!known) values.set(name, [value]);
    else if (variable.isList || name !== head) known.push(value);
    else
      throw new SluiceError('BAD_REQUEST', `The parameter "${name}" is given more than once; allowed: once.`);
  }
  return values;
}

function spaced(text: string): string {
  return text.replaceAll('+', ' ');
}

function unknownParameter({ variables }: Route, name: string): SluiceError {
  const names = variables.filter(({ from }) => from === 'query').map((variable) => variable.name);
  return new SluiceError(
    'BAD_REQUEST',
    `The parameter "${shownName(name)}" is not known here; allowed: ${names.join(', ') || 'none'}.`,
  );
}
