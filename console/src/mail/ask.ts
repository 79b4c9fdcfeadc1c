import type { Language } from '../words';

export type Delivery = 'AT_ONCE' | 'DAILY' | 'OFF';
export type MailLanguage = 'ZH' | 'EN';

export interface Preference {
  kind: string;
  title: string;
  delivery: Delivery;
  mayBeOff: boolean;
}

export interface Preferences {
  quietHours: boolean;
  kinds: Preference[];
}

export interface OwnWords {
  subject: string;
  happened: string;
  next: string;
}

export interface Kind {
  kind: string;
  title: string;
  variables: string[];
  wordings: (OwnWords & { language: MailLanguage })[];
}

/** What is wrong with what was asked. */
export interface Refusal {
  message: string;
  fields: { field: string; message: string }[];
}

const preferences = 'quietHours kinds { kind title delivery mayBeOff }';
const refusal = 'refusal { message fields { field message } }';

/** Asks the desk; throws where it does not answer. */
async function ask<Data>(language: Language, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      accept: 'application/graphql-response+json',
      'accept-language': language,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = await response.json();
  if (!data) throw new Error(`the desk answered ${response.status}`);
  return data;
}

/** Who is signed in: their mail, and whether they set the zone's words. Nothing for a stranger. */
export async function mine(language: Language): Promise<{ preferences: Preferences; administers: boolean } | undefined> {
  type Mine = { me: { roles: string[]; mailPreferences: Preferences } | null };
  const { me } = await ask<Mine>(language, `query Mine { me { roles mailPreferences { ${preferences} } } }`);
  return me ? { preferences: me.mailPreferences, administers: me.roles.includes('administrator') } : undefined;
}

/** Sets what is named, and answers what counts then. */
export async function prefer(
  language: Language,
  input: { quietHours?: boolean; kinds?: { kind: string; delivery: Delivery }[] },
): Promise<Preferences | undefined> {
  type Set = { mailPreferencesSet: { preferences: Preferences | null } };
  const mutation = `mutation Prefer($input: MailPreferencesSetInput!) {
    mailPreferencesSet(input: $input) { preferences { ${preferences} } }
  }`;
  return (await ask<Set>(language, mutation, { input })).mailPreferencesSet.preferences ?? undefined;
}

/** Every kind of mail whose words the zone may set. */
export async function kinds(language: Language): Promise<Kind[]> {
  const query = 'query Kinds { mailKinds { kind title variables wordings { language subject happened next } } }';
  return (await ask<{ mailKinds: Kind[] }>(language, query)).mailKinds;
}

/** A mail as it would read, or what is wrong with the words. */
export async function preview(
  language: Language,
  kind: string,
  reads: MailLanguage,
  words: OwnWords | undefined,
): Promise<{ preview: { subject: string; html: string } | null; refusal: Refusal | null }> {
  const query = `query Preview($kind: String!, $language: Language!, $words: MailWordsInput) {
    mailPreview(kind: $kind, language: $language, words: $words) { preview { subject html } ${refusal} }
  }`;
  type Shown = { mailPreview: Awaited<ReturnType<typeof preview>> };
  return (await ask<Shown>(language, query, { kind, language: reads, words })).mailPreview;
}

/** Makes words count. Answers what is wrong with them, if anything is. */
export async function publish(
  language: Language,
  kind: string,
  reads: MailLanguage,
  words: OwnWords,
): Promise<Refusal | undefined> {
  const mutation = `mutation Publish($input: MailWordingSetInput!) { mailWordingSet(input: $input) { ${refusal} } }`;
  type Set = { mailWordingSet: { refusal: Refusal | null } };
  const { mailWordingSet } = await ask<Set>(language, mutation, { input: { kind, language: reads, words } });
  return mailWordingSet.refusal ?? undefined;
}

/** Gives a mail the program's words back. */
export async function remove(language: Language, kind: string, reads: MailLanguage): Promise<void> {
  const mutation = `mutation Remove($input: MailWordingRemoveInput!) { mailWordingRemove(input: $input) { removed } }`;
  await ask(language, mutation, { input: { kind, language: reads } });
}
