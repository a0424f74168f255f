/** What SDL is written from: a .proto file, an OpenAPI document or what a gRPC service tells of itself, and what stands over it. */
export interface SchemaSource {
  readonly kind: 'proto' | 'openapi' | 'reflection';
  /** Absolute path or URL, for a reflection where the service is; or what to call it where the text is given. */
  readonly file: string;
  /** Null to read the file, or fetch the URL. */
  readonly text: string | null;
  /** Absolute path of the mapping; null without one. */
  readonly mapping: string | null;
  /** Folders besides the file's own that it may take other files from; absolute paths. */
  readonly includes: readonly string[];
  /** Metadata that a reflection is asked with. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ImportedSchema {
  readonly sdl: string;
  /** What was left out or taken in another way, for whoever publishes it. */
  readonly remarks: readonly string[];
  /** Every file that was read; absolute paths. */
  readonly files: readonly string[];
}

export type ImportReply =
  | { readonly kind: 'imported'; readonly schema: ImportedSchema }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly detail: string };
