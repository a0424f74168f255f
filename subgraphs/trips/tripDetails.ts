import { badInput } from '../badInput.ts';
import { isCityId } from '../isCityId.ts';
import { isCountryCode } from '../isCountryCode.ts';

/** What callers say about a trip. */
export interface TripDetails {
  readonly title: string;
  readonly countryCode: string;
  readonly cityId: string | null;
  /** YYYY-MM-DD */
  readonly startsOn: string;
  /** YYYY-MM-DD */
  readonly endsOn: string;
  readonly notes: string | null;
}

/** The input of a mutation: fields that are missing keep what they were. */
export type TripInput = { readonly [Field in keyof TripDetails]?: TripDetails[Field] | null };

const maxTitleLength = 200;
const maxNotesLength = 5000;

/** The details after the input is applied to what was there before. Throws BAD_USER_INPUT for what cannot be a trip. */
export function tripDetails(input: TripInput, before: TripDetails | null): TripDetails {
  const details = {
    title: title(kept('title', input, before)),
    countryCode: countryCode(kept('countryCode', input, before)),
    cityId: cityId(kept('cityId', input, before)),
    startsOn: date('startsOn', kept('startsOn', input, before)),
    endsOn: date('endsOn', kept('endsOn', input, before)),
    notes: notes(kept('notes', input, before)),
  };
  if (details.endsOn < details.startsOn) {
    throw badInput(`endsOn is ${details.endsOn}, before startsOn, which is ${details.startsOn}.`);
  }
  return details;
}

function kept(field: keyof TripDetails, input: TripInput, before: TripDetails | null): string | null {
  const given = input[field];
  return given === undefined ? (before?.[field] ?? null) : given;
}

function title(text: string | null): string {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') throw badInput('title is empty; it needs 1 to 200 characters.');
  if (trimmed.length > maxTitleLength) {
    throw badInput(`title has ${trimmed.length} characters; it may have ${maxTitleLength}.`);
  }
  return trimmed;
}

function countryCode(code: string | null): string {
  if (!isCountryCode(code)) {
    throw badInput(`countryCode is ${quote(code)}; it must be the two capitals of a country, such as CH.`);
  }
  return code;
}

function cityId(id: string | null): string | null {
  if (id !== null && !isCityId(id)) {
    throw badInput(`cityId is ${quote(id)}; it must be a number as City.id has it.`);
  }
  return id;
}

function date(field: string, text: string | null): string {
  const instant = text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  // Date takes the 30th of February for the 1st of March.
  if (
    text === null ||
    !instant ||
    Number.isNaN(instant.getTime()) ||
    !instant.toISOString().startsWith(text)
  ) {
    throw badInput(`${field} is ${quote(text)}; it must be a day that exists, as YYYY-MM-DD.`);
  }
  return text;
}

function notes(text: string | null): string | null {
  if (text !== null && text.length > maxNotesLength) {
    throw badInput(`notes have ${text.length} characters; they may have ${maxNotesLength}.`);
  }
  return text;
}

/** What was found, short enough for a message. */
function quote(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
