/** The `data` of a result as finished text: whoever writes the response puts it there as it is. */
export class WrittenData {
  readonly text: string;
  #read: object | null | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** What the text says, to look at only: all who share the result get the same, read once. */
  read(): object | null {
    if (this.#read === undefined) this.#read = JSON.parse(this.text) as object | null;
    return this.#read;
  }
}
