// GraphiQL in its frame: what it asks goes to /explore of the admin, with the token that the page around it holds in memory.
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import './frame.css';

const own = window.location.origin;
let token = '';
window.addEventListener('message', ({ source, origin, data }) => {
  if (source !== window.parent || origin !== own || typeof data !== 'object' || data === null) return;
  if (typeof data.token === 'string') token = data.token;
  if (data.theme === 'dark' || data.theme === 'light') document.body.className = `graphiql-${data.theme}`;
});

function tell(message) {
  window.parent.postMessage(message, own);
}

async function fetcher(asked) {
  const response = await fetch('/explore', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sluice-console': '1', 'sluice-explorer-token': token },
    body: JSON.stringify(asked),
  });
  const requestId = response.headers.get('sluice-explored-request');
  // With its text: the editor tells what was typed only a moment after the last key.
  if (asked.operationName !== 'IntrospectionQuery')
    tell({ ran: true, query: asked.query, requestId, status: response.status });
  return await response.json();
}

const defaultQuery = '# Ctrl-Enter runs it.\n\n{\n  __typename\n}\n';
/** Nothing is kept: what was typed may hold what is nobody else's business. */
const storage = {
  getItem: () => null,
  setItem: () => undefined,
  removeItem: () => undefined,
  clear: () => undefined,
  length: 0,
};
const onEditQuery = (query) => tell({ query });
createRoot(document.getElementById('graphiql')).render(
  createElement(GraphiQL, { fetcher, storage, defaultQuery, onEditQuery }),
);
tell({ ready: true });
