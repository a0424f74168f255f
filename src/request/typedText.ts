import { type GraphQLInputType, isEnumType } from 'graphql';
import { SluiceError } from '../base/errors.ts';

/** A text as the value that a type stands for. Values of custom scalars are left as they are: what they mean, only their subgraph knows. */
export function typedText(type: GraphQLInputType, text: string, name: string): unknown {
  if (isEnumType(type)) {
    const names = type.getValues().map((value) => value.name);
    if (names.includes(text)) return text;
    const shown = names.length > maxShown ? [...names.slice(0, maxShown), '…'] : names;
    return refuse(name, text, `one of ${shown.join(', ')}`);
  }
  switch (type.toString()) {
    case 'Int': {
      const number = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
      return (number | 0) === number ? number : refuse(name, text, 'a whole number of 32 bits');
    }
    case 'Float': {
      const number = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
      return Number.isFinite(number) ? number : refuse(name, text, 'a number');
    }
    case 'Boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      return refuse(name, text, 'true, false');
    default:
      return text;
  }
}

const maxShown = 20;
const maxTextLength = 40;

function refuse(name: string, text: string, allowed: string): never {
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  throw new SluiceError(
    'BAD_USER_INPUT',
    `The parameter "${name}" got invalid value ${JSON.stringify(shown)}; allowed: ${allowed}.`,
    { extensions: { parameter: name } },
  );
}
