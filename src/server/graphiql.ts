import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import type { Answer } from './respond.ts';

/** GraphiQL for a browser, in development only; from the packages installed beside us, nothing from another host. */
export interface Graphiql {
  /** The page, or a file it needs; null for every other request. */
  pageFor(request: IncomingMessage, path: string | null): Answer | null;
}

const assets: ReadonlyMap<string, { readonly file: string; readonly type: string }> = new Map([
  ['/graphiql/react.js', { file: 'react/umd/react.production.min.js', type: 'text/javascript' }],
  ['/graphiql/react-dom.js', { file: 'react-dom/umd/react-dom.production.min.js', type: 'text/javascript' }],
  ['/graphiql/graphiql.js', { file: 'graphiql/graphiql.min.js', type: 'text/javascript' }],
  ['/graphiql/graphiql.css', { file: 'graphiql/graphiql.min.css', type: 'text/css' }],
]);

const securityHeaders = {
  // The editor sets styles on its elements; scripts come from here only.
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export function createGraphiql(graphqlPath: string): Graphiql {
  const require = createRequire(import.meta.url);
  return {
    pageFor(request, path) {
      if (request.method !== 'GET' || path === null) return null;
      if (path === '/')
        return { status: 302, headers: { location: graphqlPath, ...securityHeaders }, body: '' };
      if (path === graphqlPath && wantsPage(request)) return html();
      if (path === '/graphiql/start.js') return script(startScript(graphqlPath));
      const asset = assets.get(path);
      return asset ? file(require, asset) : null;
    },
  };
}

/** A browser that opens the address, not a client that asks something by GET. */
function wantsPage({ headers, url }: IncomingMessage): boolean {
  return (headers.accept?.includes('text/html') ?? false) && !(url ?? '').includes('?');
}

function html(): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...securityHeaders },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sluice · GraphiQL</title>
<link rel="stylesheet" href="/graphiql/graphiql.css">
</head>
<body style="margin:0">
<div id="graphiql" style="height:100vh">Loading GraphiQL…</div>
<script src="/graphiql/react.js"></script>
<script src="/graphiql/react-dom.js"></script>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
`,
  };
}

function startScript(graphqlPath: string): string {
  return `'use strict';
const fetcher = GraphiQL.createFetcher({ url: ${JSON.stringify(graphqlPath)} });
ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher }));
`;
}

function script(body: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8', ...securityHeaders },
    body,
  };
}

function file(require: NodeJS.Require, asset: { readonly file: string; readonly type: string }): Answer {
  try {
    const [name = '', ...rest] = asset.file.split('/');
    const folder = require.resolve(`${name}/package.json`).replace(/package\.json$/, '');
    return {
      status: 200,
      headers: {
        'content-type': `${asset.type}; charset=utf-8`,
        'cache-control': 'max-age=3600',
        ...securityHeaders,
      },
      body: readFileSync(`${folder}${rest.join('/')}`, 'utf8'),
    };
  } catch {
    // An installation without development packages has no GraphiQL; the page says so by its own "Loading" text.
    return {
      status: 404,
      headers: { 'content-type': 'text/plain' },
      body: 'GraphiQL is not installed here: npm install graphiql\n',
    };
  }
}
