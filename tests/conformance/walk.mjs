// Walks exported machines with XState: `node walk.mjs FILE`, a machine a line: as `workflow export --format xstate` prints
// it, with steps (tests/all/xstate/exported.rs). Prints for each a line with the innermost states after every step.
import { readFileSync } from "node:fs";
import { createMachine, initialTransition, transition } from "xstate";

// Every value of `key` in what a machine is configured by.
function* found(key, config) {
  if (config === null || typeof config !== "object") return;
  for (const [name, value] of Object.entries(config)) {
    if (name === key) yield value;
    yield* found(key, value);
  }
}

function walk({ machine: printed, steps }) {
  const config = JSON.parse(printed);
  // Content is not run: what it raises is sent as a step of its own. Delays are never waited for.
  let holding = [];
  const all = (names, make) => Object.fromEntries([...names].map((name) => [name, make(name)]));
  const delays = [...found("after", config)].flatMap(Object.keys);
  const machine = createMachine(config, {
    guards: all(found("guard", config), (name) => () => holding.includes(name)),
    actions: all(found("type", config), () => () => {}),
    delays: all(delays, () => 1000),
  });
  const snapshots = [];
  const leaves = (snapshot) =>
    snapshot._nodes
      .filter((node) => node.type === "atomic" || node.type === "final")
      .map((node) => node.id)
      .sort();
  for (const { from, event, holds } of steps) {
    holding = holds;
    const [after] =
      from === null ? initialTransition(machine) : transition(machine, snapshots[from], { type: event });
    snapshots.push(after);
  }
  return snapshots.map(leaves);
}

for (const line of readFileSync(process.argv[2], "utf8").split("\n")) {
  if (line) console.log(JSON.stringify(walk(JSON.parse(line))));
}
