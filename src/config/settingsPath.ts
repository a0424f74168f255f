/** The way to a value of supergraph.yaml: keys and list indexes from the top. */
export type SettingsPath = readonly (string | number)[];

/** As people write it: `upstream.headers[0].set.x-gateway`; unusual keys are quoted, so different paths have different texts. */
export function pathText(path: SettingsPath): string {
  return path.map(stepText).join('').replace(/^\./, '');
}

function stepText(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
