// Judges a GraphQL endpoint by the audits of graphql-http: `node audit.mjs URL [HEADER: VALUE]`.
// A notice or a warning counts as failed: we promise the whole of GraphQL over HTTP.
import { serverAudits } from 'graphql-http';

const [url, header] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.mjs URL [HEADER: VALUE]');
  process.exit(2);
}
const [name, value] = header?.split(/:\s*(.*)/s) ?? [];

const answered = (input, init = {}) =>
  fetch(input, { ...init, headers: { ...init.headers, ...(name && { [name]: value }) } });

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url, fetchFn: answered })) {
  const result = await audit.fn().catch((error) => ({ status: 'error', reason: String(error) }));
  if (result.status === 'ok') {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${result.status} ${audit.id} ${audit.name}: ${result.reason}`);
  }
  await result.response?.body?.cancel().catch(() => {});
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
