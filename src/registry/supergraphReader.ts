/** A place that a composed supergraph is read from, again and again. */
export interface SupergraphReader {
  /** The text, or null when it is what was read last. Throws SluiceError when it cannot be read. */
  read(): Promise<string | null>;
  close(): Promise<void>;
}
