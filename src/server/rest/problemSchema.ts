import { errorCatalogue } from '../../base/errors.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { problemType } from './problem.ts';

/** No GraphQL type has such a name. */
export const problemName = 'problem-details';

const anError: JsonSchema = {
  type: 'object',
  properties: {
    detail: { type: 'string' },
    code: { type: 'string' },
    path: {
      type: 'array',
      items: { type: ['string', 'integer'] },
      description: 'Which part of the answer it is about.',
    },
    parameter: { type: 'string', description: 'Which parameter it is about.' },
    subgraph: { type: 'string' },
  },
  required: ['detail'],
};

export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'What went wrong, as RFC 9457 has it.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'For people.' },
    code: {
      type: 'string',
      description: 'For programs; subgraphs may have others.',
      examples: Object.keys(errorCatalogue),
    },
    requestId: { type: 'string', description: 'Finds the request in the log.' },
    errors: { type: 'array', items: anError },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'errors'],
};

export const problemResponse = {
  description: 'A problem.',
  content: { [problemType]: { schema: { $ref: `#/components/schemas/${problemName}` } } },
};
