import type { Batch, GrpcMethod, Translation } from '../../../model/translation.ts';
import type { Asking, SelectedObject } from '../translated/selectedObject.ts';
import { MemberProjected } from './memberProjected.ts';
import { MessageReader, type Reads } from './messageReader.ts';
import type { FieldType, MessageType, MessageTypes } from './messageTypes.ts';
import { createPartReaders, fieldsOf, readAs } from './partReaders.ts';
import { selectedReader } from './selectedReader.ts';
import { WholeProjected } from './wholeProjected.ts';

/** How the answers of a service are read: no more of a message than somebody looks at, and straight into the result where that can be. */
export interface AnswerReaders {
  /** Made once for each asking. Throws NotProtobuf for a message that nobody described. */
  of(asking: Asking, method: GrpcMethod): Reads;
}

/** A value of the result, as it stands in an answer. */
interface Value {
  readonly below: SelectedObject;
  readonly isList: boolean;
  /** The member beside it that tells whose it is. */
  readonly by: FieldType | null;
}

export function createAnswerReaders(types: MessageTypes, translation: Translation): AnswerReaders {
  const kept = new WeakMap<Asking, Reads>();
  const { whole, part } = createPartReaders();
  const parts = { types: translation.types, whole };

  /** Null where more is to be made of the answer than what was sent. */
  function projected({ ask, below, shape }: Asking, response: MessageType): Reads | null {
    const { batch, result } = ask;
    if (!below || ask.grpc?.isStream || shape.lists > 1) return null;
    const value = { below, isList: shape.lists === 1, by: null };
    return batch ? itemsIn(response, result, { value, batch }) : valueIn(response, result, value);
  }

  /** The items at the end of a way, each with its value in it. */
  function itemsIn(
    type: MessageType,
    [step, ...rest]: readonly string[],
    many: { readonly value: Value; readonly batch: Batch },
  ): Reads | null {
    const { value, batch } = many;
    const field = messageField(type, step);
    if (!field?.below || field.isRepeated !== (rest.length === 0)) return null;
    const by = fieldsOf(field.below).find(({ name }) => name === batch.by) ?? null;
    if (rest.length === 0 && batch.by !== null && !by?.scalar) return null;
    const inner =
      rest.length === 0
        ? valueIn(field.below, batch.value, { ...value, by })
        : itemsIn(field.below, rest, many);
    return inner && new MessageReader(() => [readAs(field, inner)]);
  }

  function valueIn(type: MessageType, [step, ...rest]: readonly string[], value: Value): Reads | null {
    const { below, isList, by } = value;
    const whose = by ? [readAs(by, null)] : [];
    if (step === undefined) {
      const object = isList ? null : selectedReader(below, type, parts);
      return (
        object && new WholeProjected(object, by && { name: by.name, reader: new MessageReader(() => whose) })
      );
    }
    const field = messageField(type, step);
    if (!field?.below || field === by) return null;
    if (rest.length > 0) {
      const inner = field.isRepeated ? null : valueIn(field.below, rest, { ...value, by: null });
      return inner && new MessageReader(() => [readAs(field, inner), ...whose]);
    }
    const object = field.isRepeated === isList ? selectedReader(below, field.below, parts) : null;
    if (!object) return null;
    const member = new MessageReader(() => [readAs(field, object)]);
    const message = new MessageReader(() => [readAs(field, object), ...whose]);
    return new MemberProjected(field.name, { message, member });
  }

  return {
    of(asking, method) {
      const known = kept.get(asking);
      if (known) return known;
      const response = types.of(method.response);
      const made = projected(asking, response) ?? part(response, asking.wanted);
      kept.set(asking, made);
      return made;
    },
  };
}

/** A member that holds a message, or several, and nothing plainer. */
function messageField(type: MessageType, name: string | undefined): FieldType | null {
  const field = type.known ? undefined : fieldsOf(type).find((each) => each.name === name);
  return field?.below && !field.below.known && field.mapKey === null ? field : null;
}
