import type { FederatedModel, FieldModel } from './federatedModel.ts';

/** Leaves fields, root fields and members out of the model one by one, as long as `stillFails`. */
export async function reduceModel(
  model: FederatedModel,
  { stillFails, maxTries }: { stillFails: (model: FederatedModel) => Promise<boolean>; maxTries: number },
): Promise<FederatedModel> {
  let kept = model;
  let tries = 0;
  for (let index = 0; tries < maxTries; index += 1) {
    const smaller = without(kept, index);
    if (smaller === null) break;
    tries += 1;
    if (!(await stillFails(smaller))) continue;
    kept = smaller;
    index -= 1;
  }
  return kept;
}

function without(model: FederatedModel, index: number): FederatedModel | null {
  let at = -1;
  const keep = (): boolean => {
    at += 1;
    return at !== index;
  };
  const keepFields = (fields: readonly FieldModel[]): FieldModel[] => fields.filter(keep);
  const keepLists = (lists: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
    Object.fromEntries(Object.entries(lists).map(([name, items]) => [name, items.filter(keep)]));
  const smaller: FederatedModel = {
    ...model,
    roots: model.roots.filter(keep),
    entities: model.entities.map((entity) => ({
      ...entity,
      fields: keepFields(entity.fields),
      homes: entity.homes.length > 1 ? entity.homes.filter(keep) : entity.homes,
    })),
    values: model.values.map((value) => ({ ...value, fields: keepFields(value.fields) })),
    named: keepLists(model.named),
    thing: keepLists(model.thing),
    media: model.media ? { ...model.media, fields: keepFields(model.media.fields) } : null,
  };
  return at >= index ? smaller : null;
}
