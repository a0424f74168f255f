import { isSecretName } from './isSecretName.ts';

/** What stands where a secret would. */
export const hiddenText = '(hidden)';

/** Takes credentials out of a text that is shown otherwise: those before the @ of a URL, and query parameters named like secrets. */
export function withoutCredentials(text: string): string {
  const parses = URL.canParse(text);
  if (parses && !new URL(text).username && !new URL(text).password) return withoutSecretParameters(text);
  // Without a URL that parses, where the password ends is a guess: up to the last @.
  const credentials = parses ? /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi : /([a-z][a-z0-9+.-]*:\/\/)\S*@/gi;
  return withoutSecretParameters(text.replace(credentials, `$1${hiddenText}@`));
}

function withoutSecretParameters(text: string): string {
  return text.replace(/([?&])([^=&\s]+)=([^&\s#]*)/g, (whole, mark: string, name: string) =>
    isSecretName(name) ? `${mark}${name}=${hiddenText}` : whole,
  );
}
