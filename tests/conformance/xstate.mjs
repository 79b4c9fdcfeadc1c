// Runs plays with XState: `node xstate.mjs FILE`, a play a line (tests/all/xstate/draw.rs). Prints for each a line with
// the content run and the innermost states, at the start and after each event, until the chart is over.
import { readFileSync } from "node:fs";
import { initialTransition, raise, setup, transition } from "xstate";

const log = (what) => ({ type: "log", params: what });
const content = (what, raised) => [log(what), ...raised.map((type) => raise({ type }))];

function machine({ states, guards }) {
  const target = (at) => `#${states[at].key}`;
  const way = (of) => (one, at) => ({
    target: one.targets.length ? one.targets.map(target) : undefined,
    // SCXML's external transition leaves its source; XState's does not unless told.
    reenter: one.targets.length > 0 && !one.internal,
    guard: one.guard === null ? undefined : `g${one.guard}`,
    actions: content(`take ${of.key} ${at}`, one.raises),
    event: one.event,
  });
  const without = ({ event, ...rest }) => rest;
  const node = (at) => {
    const state = states[at];
    if (state.kind === "history" || state.kind === "deep") {
      const history = state.kind === "deep" ? "deep" : "shallow";
      return { id: state.key, type: "history", history, target: target(state.initial) };
    }
    const ways = state.transitions.map(way(state));
    const on = {};
    for (const one of ways) if (one.event && one.event !== "done") (on[one.event] ??= []).push(without(one));
    return {
      id: state.key,
      type: state.kind === "atomic" || state.kind === "compound" ? undefined : state.kind,
      initial: state.kind === "compound" ? states[state.initial].key : undefined,
      entry: content(`enter ${state.key}`, state.entry),
      exit: content(`leave ${state.key}`, state.exit),
      on,
      always: ways.filter((one) => one.event === null).map(without),
      onDone: ways.filter((one) => one.event === "done").map(without),
      states: children(state.children),
    };
  };
  const children = (these) => Object.fromEntries(these.map((at) => [states[at].key, node(at)]));
  const roots = states.flatMap((state, at) => (state.parent === null ? [at] : []));
  return setup({
    actions: { log: () => {} },
    guards: Object.fromEntries(guards.map((holds, at) => [`g${at}`, () => holds])),
  }).createMachine({
    id: "chart",
    initial: states[roots[0]].key,
    states: children(roots),
    // The kernel's bound. Without one, a chart that only the kernel finds at rest would turn here for ever.
    options: { maxIterations: 1_000 },
  });
}

function stop([snapshot, actions]) {
  const over = snapshot.status !== "active";
  const inner = snapshot._nodes.filter((node) => node.type === "atomic" || node.type === "final");
  const said = actions.filter((action) => action.type === "log").map((action) => action.params);
  return { log: over ? [] : said, active: inner.map((node) => node.id).sort() };
}

function run(play) {
  const chart = machine(play);
  let at = initialTransition(chart);
  const stops = [stop(at)];
  for (const type of play.events) {
    if (at[0].status !== "active") break;
    at = transition(chart, at[0], { type });
    stops.push(stop(at));
  }
  return stops;
}

for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line) console.log(JSON.stringify(run(JSON.parse(line))));
}
