import { eachField } from './eachField.ts';
import { textIn } from './textIn.ts';

/** A message of the reflection protocol, as far as it is looked at. */
export interface Reflected {
  readonly services: readonly string[];
  /** FileDescriptorProtos. */
  readonly files: readonly Uint8Array[];
  /** Why it has none. */
  readonly error: string | null;
}

/** A ServerReflectionResponse. Throws a TranslationFault for what is none. */
export function readReflected(bytes: Uint8Array): Reflected {
  const services: string[] = [];
  const files: Uint8Array[] = [];
  let error: string | null = null;
  eachField(bytes, (number, answer) => {
    if (number === 4) eachField(answer, (part, file) => part === 1 && files.push(file));
    else if (number === 6)
      eachField(answer, (part, service) => {
        if (part === 1) eachField(service, (at, name) => at === 1 && services.push(textIn(name)));
      });
    else if (number === 7) {
      error = '';
      eachField(answer, (part, message) => {
        if (part === 2) error = textIn(message);
      });
    }
  });
  return { services, files, error };
}
