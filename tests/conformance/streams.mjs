// Subscribes as the reference clients graphql-ws and graphql-sse do, and breaks the protocol of the first in every way it
// has a code for: `node streams.mjs URL COMPANY-TOKEN CLERK-TOKEN`.
import assert from 'node:assert/strict';
import { createClient as createSseClient } from 'graphql-sse';
import { CloseCode, createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, company, clerk] = process.argv.slice(2);
const socketUrl = url.replace(/^http/, 'ws');
const bearer = (token) => ({ authorization: `Bearer ${token}` });

async function ask(token, query, variables) {
  const headers = { 'content-type': 'application/json', ...bearer(token) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const FILE = `mutation ($title: String!) { caseOpen(input: {process: "request", answers: [
  {field: "title", value: {text: $title}}, {field: "content", value: {text: "试制车间排气扇噪声很大"}},
  {field: "contact", value: {text: "方启然"}}, {field: "phone", value: {text: "0571-0000-0000"}}]})
  { case { id number } refusal { message } } }`;
const ASK_MORE = `mutation ($id: ID!) { caseAct(input: {caseId: $id, action: "ask_supplement",
  answers: [{field: "missing", value: {text: "请说明时间"}}]}) { case { version } refusal { message } } }`;
const file = async (title) => (await ask(company, FILE, { title })).caseOpen.case;
const askMore = async (id) => assert.equal((await ask(clerk, ASK_MORE, { id })).caseAct.refusal, null);

const CASE = 'subscription ($id: ID!) { caseChanged(id: $id) { id version phase } }';
const QUEUE = 'subscription { queueChanged(filter: {phases: [RECEIVED]}) { missed found { id } others { id } } }';
const NOTICES = 'subscription { noticesChanged { kind at case { id } } }';

// What both clients have in common; `iterate` gives the answers of a request as they come.
async function converse(iterate) {
  const single = [];
  for await (const answer of iterate(clerk, { query: '{ me { login } }' })) single.push(answer);
  assert.deepEqual(single.map((answer) => answer.data), [{ me: { login: 'clerk' } }]);

  const { id } = await file('排气扇');
  const events = iterate(company, { query: CASE, variables: { id } });
  const version = async () => (await events.next()).value.data.caseChanged.version;
  assert.equal(await version(), 1);
  await askMore(id);
  assert.equal(await version(), 2);
  await events.return();

  const queue = iterate(clerk, { query: QUEUE });
  const change = async () => (await queue.next()).value.data.queueChanged;
  assert.deepEqual(await change(), { missed: true, found: [], others: [] });
  const notices = iterate(company, { query: NOTICES });
  assert.deepEqual((await notices.next()).value.data, { noticesChanged: [] });
  const other = await file('又一台排气扇');
  assert.deepEqual(await change(), { missed: false, found: [{ id: other.id }], others: [] });
  await askMore(other.id);
  assert.deepEqual(await change(), { missed: false, found: [], others: [{ id: other.id }] });
  const told = [];
  while (!told.some((notice) => notice.kind === 'request-supplement-asked')) {
    told.push(...(await notices.next()).value.data.noticesChanged);
  }
  assert.ok(told.every((notice) => notice.case.id === other.id), JSON.stringify(told));
  await queue.return();
  await notices.return();

  // A case that is not there ends at once, without an event.
  const foreign = iterate(company, { query: CASE, variables: { id: 'bm9ib2R5' } });
  assert.equal((await foreign.next()).done, true);
}

async function overSockets() {
  const clients = new Map();
  const client = (token) => {
    const made = clients.get(token) ?? createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: bearer(token), retryAttempts: 0 });
    clients.set(token, made);
    return made;
  };
  const iterate = (token, request) => client(token).iterate(request);
  await converse(iterate);
  for (const query of ['subscription { nothing }', 'subscription { a: caseChanged(id: "x") { id } b: caseChanged(id: "y") { id } }', 'subscription { ... on Subscription { caseChanged(id: "x") { id } } }', '{ me ']) {
    const errors = await iterate(clerk, { query }).next().then(() => null, (errors) => errors);
    assert.ok(Array.isArray(errors) && errors[0].extensions.code.startsWith('GRAPHQL'), `${query}: ${JSON.stringify(errors)}`);
  }
  for (const made of clients.values()) await made.dispose();
}

async function overEvents() {
  const iterate = (token, request) => createSseClient({ url, headers: bearer(token), retryAttempts: 0 }).iterate(request);
  await converse(iterate);
  for (const query of ['subscription { nothing }', '{ me ']) {
    const answer = (await iterate(clerk, { query }).next()).value;
    assert.ok(answer.errors[0].extensions.code.startsWith('GRAPHQL') && !('data' in answer), JSON.stringify(answer));
  }
}

// The code a socket is closed with after these messages; `then` says what comes after an acknowledgement.
function closed(messages, { protocol = 'graphql-transport-ws', then = [] } = {}) {
  const socket = new WebSocket(socketUrl, protocol);
  return new Promise((resolve, reject) => {
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('message', (message) => {
      if (JSON.parse(message).type === 'connection_ack') then.forEach((message) => socket.send(message));
    });
    socket.on('close', resolve);
    socket.on('error', reject);
  });
}

async function closeCodes() {
  const init = JSON.stringify({ type: 'connection_init', payload: bearer(clerk) });
  const subscribe = (id) => JSON.stringify({ type: 'subscribe', id, payload: { query: QUEUE } });
  const codes = {
    'no JSON': [await closed(['nothing']), CloseCode.BadRequest],
    'no message': [await closed(['{"type":"hello"}']), CloseCode.BadRequest],
    'no object': [await closed(['[]']), CloseCode.BadRequest],
    'binary': [await closed([Buffer.from([1, 2])]), CloseCode.BadRequest],
    'no payload': [await closed([init], { then: ['{"type":"subscribe","id":"1"}'] }), CloseCode.BadRequest],
    'no id': [await closed([init], { then: ['{"type":"subscribe","payload":{"query":"{me{login}}"}}'] }), CloseCode.BadRequest],
    'asked too early': [await closed([subscribe('1')]), CloseCode.Unauthorized],
    'nobody': [await closed(['{"type":"connection_init"}']), CloseCode.Forbidden],
    'a token that is none': [await closed([init.replace(clerk, 'none')]), CloseCode.Forbidden],
    'no protocol': [await closed([], { protocol: [] }), CloseCode.SubprotocolNotAcceptable],
    'silence': [await closed([]), CloseCode.ConnectionInitialisationTimeout],
    'one name twice': [await closed([init], { then: [subscribe('1'), subscribe('1')] }), CloseCode.SubscriberAlreadyExists],
    'initialised twice': [await closed([init, init]), CloseCode.TooManyInitialisationRequests],
  };
  for (const [what, [code, expected]] of Object.entries(codes)) assert.equal(code, expected, what);
}

await overSockets();
await overEvents();
await closeCodes();
console.log('ok');
process.exit();
