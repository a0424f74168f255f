import { isUtf8 } from 'node:buffer';
import { SluiceError } from '../../base/errors.ts';
import type { Route } from '../../model/route.ts';
import { parseJson } from '../parseJson.ts';
import { shownName } from './shownName.ts';

/** The variables that the body of a request gives: the one that it is, or those that its members are. */
export function readVariables(route: Route, body: Buffer): Readonly<Record<string, unknown>> {
  const variables = Object.create(null) as Record<string, unknown>;
  const value = jsonOf(body);
  const { bodyVariable } = route;
  if (bodyVariable !== null) {
    variables[bodyVariable] = value;
    return variables;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SluiceError('BAD_REQUEST', 'The body is no JSON object; allowed: an object of parameters.');
  const names = route.variables.filter(({ from }) => from === 'body').map(({ name }) => name);
  for (const [name, member] of Object.entries(value)) {
    if (!names.includes(name)) {
      throw new SluiceError(
        'BAD_REQUEST',
        `The member "${shownName(name)}" of the body is not known here; allowed: ${names.join(', ') || 'none'}.`,
      );
    }
    variables[name] = member;
  }
  return variables;
}

function jsonOf(body: Buffer): unknown {
  if (body.length === 0)
    throw new SluiceError('BAD_REQUEST', 'The body is empty; allowed: JSON, at least {}.');
  if (!isUtf8(body)) throw new SluiceError('BAD_REQUEST', 'The body is not UTF-8.');
  const text = body.toString('utf8');
  return parseJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, 'body');
}
