/**
 * The console: what the gateway answers, for whom and how fast, and the levers of its registry. It is a client of the admin API like the
 * command line, and knows nothing else: data/ asks and watches, design/ says how things look, views/ has a file for each page.
 */
import { render } from 'preact';
import { App } from './app.tsx';
import './design/tokens.css';
import './design/base.css';

const root = document.getElementById('console');
if (root) render(<App />, root);
