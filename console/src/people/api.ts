export interface Unit {
  id: string;
  name: string;
}

export interface Post {
  unit: Unit;
  role: string;
}

export interface Person {
  id: string;
  name: string;
  login: string;
  email: string | null;
  unit: Unit | null;
  roles: string[];
  posts: Post[];
}

export interface Record {
  at: string;
  act: string | null;
  reason: string | null;
  actor: { name: string } | null;
}

export interface Me {
  login: string;
  email: string | null;
  roles: string[];
  erasureAskedAt: string | null;
  records: Record[];
  person: { id: string; name: string; unit: Unit | null; company: { name: string } | null };
}

export interface Wish {
  at: string;
  person: { id: string; name: string } | null;
}

/** What a change was refused for. */
export interface Refusal {
  message: string;
}

/** Asks the desk; null for whoever is not signed in or may not ask this. */
export async function ask<Answer>(
  query: string,
  variables: object = {},
): Promise<Answer | null> {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'accept-language': document.documentElement.lang,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
  });
  const { data } = (await response.json()) as { data?: Answer | null };
  return data ?? null;
}

export const ME = `{ me { login email roles erasureAskedAt
  records { at act reason actor { name } }
  person { id name unit { id name } company { name } } } }`;

export const STAFF = `query ($role: String!) { people(role: $role) {
  id name login email unit { id name } roles posts { unit { id name } role } } }`;

export const PLACES = '{ roles units { id name } }';

export const WISHES = '{ erasureWishes { at person { id name } } }';

export const EXPORT = 'mutation { ownExport { data } }';

export const WISH = `mutation ($wanted: Boolean!) {
  ownErasureWish(input: {wanted: $wanted}) { askedAt } }`;

export const REVEAL = `mutation ($id: ID!, $reason: String!) {
  reveal(input: {id: $id, reason: $reason}) { revealed { key text } refusal { message } } }`;

export const ERASE = `mutation ($id: ID!, $reason: String!) {
  answer: personErase(input: {personId: $id, reason: $reason}) { refusal { message } } }`;

export const DECLINE = `mutation ($id: ID!, $reason: String!) {
  answer: personErasureDecline(input: {personId: $id, reason: $reason}) { refusal { message } } }`;

export const POSTS = `mutation ($input: PersonPostsSetInput!) {
  personPostsSet(input: $input) { refusal { message } } }`;
