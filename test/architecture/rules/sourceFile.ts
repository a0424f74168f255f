/** A file as the rules see it, so that a test can make one up. `path` is relative to the checkout, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}
