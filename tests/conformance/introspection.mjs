// Compares what an endpoint says of its schema with a file: `node introspection.mjs URL FILE [HEADER: VALUE]`.
import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';

const [url, file, header] = process.argv.slice(2);
if (!file) {
  console.error('usage: node introspection.mjs URL FILE [HEADER: VALUE]');
  process.exit(2);
}
const [name, value] = header?.split(/:\s*(.*)/s) ?? [];

const answer = await fetch(url, {
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(name && { [name]: value }) },
  body: JSON.stringify({ query: getIntrospectionQuery({ specifiedByUrl: true, oneOf: true }) }),
});
const { data, errors } = await answer.json();
const problems = (errors ?? []).map((error) => error.message);
if (data) {
  const lines = (schema) => printSchema(lexicographicSortSchema(schema)).split('\n');
  const [served, written] = [buildClientSchema(data), buildSchema(readFileSync(file, 'utf8'))];
  problems.push(...validateSchema(served).map((error) => `invalid: ${error.message}`));
  const [ours, theirs] = [lines(served), lines(written)];
  problems.push(...ours.filter((line) => !theirs.includes(line)).map((line) => `only served: ${line}`));
  problems.push(...theirs.filter((line) => !ours.includes(line)).map((line) => `only in the file: ${line}`));
  if (problems.length === 0 && ours.join('\n') !== theirs.join('\n')) problems.push('the same lines in another order');
}
console.log(problems.length === 0 ? 'one schema' : problems.join('\n'));
process.exitCode = problems.length === 0 ? 0 : 1;
