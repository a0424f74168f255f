import { z } from 'zod';

/** What of options is set for one alone. */
export type Own<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** The fields that options have. */
type Shape = z.ZodObject['shape'];

/** The field without what it is when nothing is said. */
function withoutDefault(field: Shape[string]): Shape[string] {
  return field instanceof z.ZodDefault || field instanceof z.ZodPrefault
    ? withoutDefault(field.unwrap() as Shape[string])
    : field;
}

/** The same options, of which only those are there that are set: they go before what is set for all. */
export function ownOf<Of extends Shape>(options: z.ZodObject<Of>) {
  const fields = Object.entries(options.shape).map(([name, field]) => {
    const { description } = field;
    const own = withoutDefault(field).optional();
    return [name, description === undefined ? own : own.describe(description)];
  });
  type Own = { [Name in keyof Of]: z.ZodOptional<z.ZodType<z.output<Of[Name]>>> };
  return z.strictObject(Object.fromEntries(fields) as Own).default({} as never);
}
