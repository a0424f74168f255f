import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { type TripInput, tripDetails } from '../../subgraphs/trips/tripDetails.ts';

const alps: TripInput = { title: 'Alps', countryCode: 'CH', startsOn: '2028-02-01', endsOn: '2028-02-10' };

function refusal(input: TripInput): GraphQLError {
  try {
    tripDetails(input, null);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  throw new Error('It was not refused');
}

describe('tripDetails', () => {
  test('takes a trip of one day, without city and notes', () => {
    expect(tripDetails({ ...alps, endsOn: '2028-02-01' }, null)).toEqual({
      title: 'Alps',
      countryCode: 'CH',
      cityId: null,
      startsOn: '2028-02-01',
      endsOn: '2028-02-01',
      notes: null,
    });
  });

  test.each<[string, TripInput, string]>([
    [
      'an end before the start',
      { endsOn: '2028-01-31' },
      'endsOn is 2028-01-31, before startsOn, which is 2028-02-01.',
    ],
    ['a blank title', { title: '  ' }, 'title is empty; it needs 1 to 200 characters.'],
    ['a long title', { title: 'x'.repeat(201) }, 'title has 201 characters; it may have 200.'],
    ['long notes', { notes: 'x'.repeat(5001) }, 'notes have 5001 characters; they may have 5000.'],
    ['a country in words', { countryCode: 'Switzerland' }, 'countryCode is "Switzerland"; it must be'],
    ['a country that does not exist', { countryCode: 'QQ' }, 'countryCode is "QQ"; it must be'],
    ['a name every object has', { countryCode: 'constructor' }, 'countryCode is "constructor"; it must be'],
    ['a city by name', { cityId: 'Bern' }, 'cityId is "Bern"; it must be a number'],
    [
      'a day that does not exist',
      { startsOn: '2027-02-29' },
      'startsOn is "2027-02-29"; it must be a day that exists',
    ],
    ['a day with a time', { endsOn: '2028-02-10T10:00' }, 'endsOn is "2028-02-10T10:00"; it must be a day'],
    ['a month that does not exist', { startsOn: '2028-13-01' }, 'startsOn is "2028-13-01"; it must be a day'],
    ['a start set to null', { startsOn: null }, 'startsOn is null; it must be a day'],
  ])('refuses %s', (_, change, message) => {
    const error = refusal({ ...alps, ...change });
    expect(error.message).toContain(message);
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
  });

  test('keeps what is not given, and checks what is given against it', () => {
    const before = tripDetails({ ...alps, cityId: '2657896', notes: 'Skis' }, null);
    expect(tripDetails({ title: 'Hills', cityId: null }, before)).toEqual({
      ...before,
      title: 'Hills',
      cityId: null,
    });
    expect(() => tripDetails({ startsOn: '2028-02-11' }, before)).toThrow(
      'endsOn is 2028-02-10, before startsOn',
    );
  });
});
