import type { GraphiQLProps } from 'graphiql';

/** What signing in or out came to; the page turns it into a sentence. */
export type Answer = { kind: 'signedIn' | 'signedOut' | 'refused' | 'unreachable' } | { kind: 'failed'; status: number };

export interface Credentials {
  zone: string;
  login: string;
  password: string;
}

export const graphql: GraphiQLProps['fetcher'] = async (request, options) => {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: {
      ...options?.headers,
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's error page is not GraphQL: show it instead of a syntax error about its first letter.
    return { errors: [{ message: `${response.status} ${response.statusText}: ${text}` }] };
  }
};

export function signIn(credentials: Credentials): Promise<Answer> {
  return session('signedIn', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
}

export function signOut(): Promise<Answer> {
  return session('signedOut', { method: 'DELETE' });
}

async function session(success: 'signedIn' | 'signedOut', request: RequestInit): Promise<Answer> {
  try {
    const { ok, status } = await fetch('/session', { credentials: 'same-origin', ...request });
    if (ok) return { kind: success };
    return status === 401 ? { kind: 'refused' } : { kind: 'failed', status };
  } catch {
    return { kind: 'unreachable' };
  }
}
