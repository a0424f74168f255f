/** The OpenAPI document of a service that has books by their ids. */
export const shelfOpenapi = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Shelf', version: '1' },
  paths: {
    '/books/{id}': {
      get: {
        operationId: 'getBook',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'ok',
            content: {
              'application/json': { schema: { type: 'object', properties: { title: { type: 'string' } } } },
            },
          },
        },
      },
    },
  },
});
