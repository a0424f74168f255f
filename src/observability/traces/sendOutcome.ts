/** Whether the collector took them; `later` asks to be sent the same again, after so many ms if it said so. */
export type SendOutcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: unknown; readonly waitMs?: number };
