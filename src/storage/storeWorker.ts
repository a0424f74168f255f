import { serveStores } from './serveStores.ts';

/** Entry of the thread that has the stores. */
serveStores();
