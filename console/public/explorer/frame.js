// GraphiQL in its frame: what it asks goes to /explore of the admin, with the token that the page around it holds in memory.

(() => {
  const own = window.location.origin;
  let token = '';
  window.addEventListener('message', ({ source, origin, data }) => {
    if (source !== window.parent || origin !== own || typeof data !== 'object' || data === null) return;
    if (typeof data.token === 'string') token = data.token;
    if (data.theme === 'dark' || data.theme === 'light') document.body.className = `graphiql-${data.theme}`;
  });
  const tell = (message) => window.parent.postMessage(message, own);
  const fetcher = async (asked) => {
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
  };
  const starting = '# Ctrl-Enter runs it.\n\n{\n  __typename\n}\n';
  const { GraphiQL, React, ReactDOM } = window;
  const storage = {
    getItem: () => null,
    setItem: () => undefined,
    removeItem: () => undefined,
    clear: () => undefined,
    length: 0,
  };
  const editor = React.createElement(GraphiQL, {
    fetcher,
    storage,
    defaultQuery: starting,
    onEditQuery: (query) => tell({ query }),
  });
  ReactDOM.createRoot(document.getElementById('graphiql')).render(editor);
  tell({ ready: true });
})();
