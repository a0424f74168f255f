const secretWord = /token|secret|passw|passphrase|credential|authorization|cookie|apikey/i;
/** `key` only as a word of its own, so that `keyv` and `monkey` stay readable: key, keys, api_key, x-api-key, signingKey. */
const keyWord = /(?:^|[^A-Za-z])[kK][eE][yY][sS]?(?![a-z])|[a-z]Keys?(?![a-z])/;

/** Is a key or parameter of this name likely to hold a secret? */
export function isSecretName(name: string): boolean {
  return secretWord.test(name) || keyWord.test(name);
}
