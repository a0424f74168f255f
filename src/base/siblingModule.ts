/**
 * The URL of a module beside the caller, for a worker thread: `.ts` where the sources run as they are, `.js` after a build
 * (TypeScript rewrites the extensions of imports, not of URLs).
 */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`./${name}${callerUrl.endsWith('.ts') ? '.ts' : '.js'}`, callerUrl);
}
