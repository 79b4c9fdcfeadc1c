/** A match as the search box shows it. */
export interface Found {
  id: string;
  kind: Kind;
  /** What it is called, where the snippet does not say so. */
  title: string | undefined;
  snippet: { text: string; matched: boolean }[];
}

export type Kind = 'COMPANY' | 'CASE' | 'NOTE';

/** The latest matches of a kind, and how many there are. */
export interface Group {
  kind: Kind;
  count: number;
  capped: boolean;
  rows: Found[];
}

const kinds: Kind[] = ['CASE', 'COMPANY', 'NOTE'];

const page = (kind: Kind) => `${kind}: search(text: $text, kinds: [${kind}], first: 6) {
  edges { node { id ... on Case { number } } snippet { text matched } }
  counts { count capped }
}`;
const query = `query Search($text: String!) { ${kinds.map(page).join('\n')} }`;

/** Looks for a text; nothing where that did not work out. A text that has no word finds nothing. */
export async function search(text: string, signal: AbortSignal): Promise<Group[] | undefined> {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { accept: 'application/graphql-response+json', 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { text } }),
      signal,
    });
    const { data } = await response.json();
    return kinds.map((kind) => group(kind, data[kind]));
  } catch {
    return undefined;
  }
}

interface Page {
  edges: { node: { id: string; number?: string }; snippet: Found['snippet'] }[];
  counts: { count: number; capped: boolean }[];
}

function group(kind: Kind, { edges, counts }: Page): Group {
  const rows = edges.map(({ node, snippet }): Found => {
    const said = snippet.map((part) => part.text).join('');
    return { id: node.id, kind, title: node.number === said ? undefined : node.number, snippet };
  });
  const { count, capped } = counts[0] ?? { count: 0, capped: false };
  return { kind, count, capped, rows };
}

const fields: Record<Kind, string> = {
  CASE: 'number title phase dueAt company { name } states { title } assignments { unit { name } person { name } }',
  COMPANY: 'name creditCode place',
  NOTE: 'text at internal',
};

const types: Record<Kind, string> = { CASE: 'Case', COMPANY: 'Company', NOTE: 'Note' };

/** The document that shows a match. */
export function document({ id, kind }: Found): string {
  return `{\n  node(id: ${JSON.stringify(id)}) {\n    ... on ${types[kind]} { ${fields[kind]} }\n  }\n}\n`;
}
