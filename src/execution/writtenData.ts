/** The `data` of a result as finished text: whoever writes the response puts it there as it is. */
export class WrittenData {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
