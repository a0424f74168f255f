import { z } from 'zod';
import { urlFault } from '../base/forbiddenAddress.ts';
import { durationBetween } from '../base/quantity.ts';
import { algorithms } from './algorithms.ts';

/** A URL the gateway itself asks: loopback and private addresses are allowed, link-local and metadata ones are not. */
const askedUrl = z
  .string()
  .max(2000)
  .superRefine((text, context) => {
    const fault = urlFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

const oneOrMore = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((written): readonly string[] => (typeof written === 'string' ? [written] : written));

const claimNames = z.strictObject({
  audience: z
    .string()
    .min(1)
    .default('aud')
    .describe(
      'The claim that audience is compared with; client_id where a provider gives its tokens no aud.',
    ),
  scopes: oneOrMore
    .prefault(['scope', 'scp'])
    .describe('Claims with scopes, taken together: text with spaces between them, or a list.'),
  consumer: oneOrMore
    .prefault(['client_id', 'azp'])
    .describe('Claims that may name who is billed; the first that is there does.'),
  plan: oneOrMore.prefault(['plan']).describe("Claims that may name the consumer's plan."),
});

const introspection = z.strictObject({
  url: askedUrl.optional().describe('RFC 7662 endpoint; found by OIDC discovery unless set.'),
  clientId: z.string().min(1).describe('Whom the provider knows this gateway as.'),
  clientSecret: z
    .string()
    .min(1)
    .meta({ secret: true })
    .describe('Its password: written as a reference to the environment or a file.'),
  cache: durationBetween('0s', '1h')
    .prefault('30s')
    .describe(
      'How long an answer is kept, and so the longest a token lives on after it was revoked; never longer than the token.',
    ),
});

const provider = z
  .strictObject({
    issuer: z
      .string()
      .min(1)
      .max(1000)
      .describe('Compared with the iss of tokens, character by character; where discovery starts.'),
    audience: oneOrMore
      .optional()
      .describe(
        'Whom tokens have to be meant for; one of these is enough. Wanted unless the provider is asked.',
      ),
    jwksUri: askedUrl.optional().describe('Where the keys are, for a provider without OIDC discovery.'),
    introspection: introspection
      .optional()
      .describe(
        'Asks the provider about tokens: about all of them, or beside jwksUri about those that are not signed.',
      ),
    algorithms: z
      .array(z.enum(algorithms))
      .min(1)
      .default([...algorithms])
      .describe('How its tokens may be signed; only by key pairs.'),
    clockTolerance: durationBetween('0s', '5m')
      .prefault('0s')
      .describe('How far its clock may be off: tokens are taken that much earlier and longer.'),
    claims: claimNames.prefault({}).describe('Where in its claims things stand.'),
  })
  .superRefine((options, context) => {
    const { audience, jwksUri, introspection: asked, issuer } = options;
    const discovers = jwksUri === undefined && asked?.url === undefined;
    const fault = discovers ? urlFault(issuer) : null;
    if (fault !== null) {
      context.addIssue({
        code: 'custom',
        path: ['issuer'],
        message: `${fault}; discovery needs a URL: give one, or jwksUri, or introspection.url`,
      });
    }
    if (audience === undefined && (asked === undefined || jwksUri !== undefined)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message:
          'audience is missing: without it a token that this provider made for another API would be taken here',
      });
    }
  });

const apiKeys = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe(
      'Whether x-api-key, and keys sent as bearer tokens, are looked at; off where subgraphs have such keys of their own.',
    ),
  secret: z
    .string()
    .min(32)
    .optional()
    .meta({ secret: true })
    .describe(
      'What stored keys are hashed with, at least 32 characters; made and kept in storage.dir unless set. Gateways that share a store need the same.',
    ),
});

export const identityOptions = z.strictObject({
  providers: z
    .array(provider)
    .default([])
    .superRefine((providers, context) => {
      const issuers = providers.map(({ issuer }) => issuer);
      issuers.forEach((issuer, index) => {
        if (issuers.indexOf(issuer) === index) return;
        context.addIssue({
          code: 'custom',
          path: [index, 'issuer'],
          message: 'this issuer is listed twice; the token alone could not say whose it is',
        });
      });
    })
    .describe('Whose bearer tokens are taken; without any, tokens are left to the subgraphs.'),
  devIssuer: z
    .boolean()
    .default(true)
    .describe(
      'Whether `sluice dev` takes tokens of its own, those of `sluice token`; off to leave all tokens to the subgraphs there, too.',
    ),
  required: z
    .boolean()
    .default(false)
    .describe('Whether every request has to show a token or key; otherwise who shows none is anonymous.'),
  apiKeys: apiKeys.prefault({}).describe('Keys of consumers: `sluice keys`.'),
  jwksRefresh: durationBetween('1s', '24h')
    .prefault('5m')
    .describe("How often providers' keys are read again, ahead of need; one small request each."),
  maxSessions: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(50_000)
    .describe(
      'Most verified tokens, and most keys, that are remembered; some 2 KB each, and 128 MB at most.',
    ),
});

/** Durations in milliseconds. */
export type IdentityOptions = z.output<typeof identityOptions>;
export type ProviderOptions = IdentityOptions['providers'][number];
export type ClaimNames = ProviderOptions['claims'];
export type IntrospectionOptions = NonNullable<ProviderOptions['introspection']>;

/** Where claims stand unless a provider says otherwise. */
export const usualClaimNames: ClaimNames = claimNames.parse({});
