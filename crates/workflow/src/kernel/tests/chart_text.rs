//! Charts written as indented lines, and a host that logs what it runs.
use crate::case::Key;
use crate::kernel::{
    BlockId, Chart, Configuration, GuardId, Halt, Host, Kind, State, StateId, Transition, macrostep, start,
};

/// A chart whose content is a log entry and the events it raises.
///
/// A line is a state (`NAME` and perhaps `parallel`, `final`, `history`, `deep`), two blanks further in than the state
/// around it; or below a state `initial STATE`, `entry raise EVENT`, or `on EVENT -> STATES if GUARD raise EVENT
/// internal`, where all but `on` may be missing, and `on -` is eventless.
pub(super) struct Written {
    chart: Chart,
    blocks: Vec<(String, Vec<Key>)>,
    guards: Vec<String>,
}

/// A run of a chart: where it stands, and what was run.
pub(super) struct Run {
    written: Written,
    holding: Vec<&'static str>,
    pub(super) at: Configuration,
    pub(super) log: Vec<String>,
}

struct Logging<'r> {
    written: &'r Written,
    holding: &'r [&'static str],
    log: &'r mut Vec<String>,
}

impl Host for Logging<'_> {
    fn holds(&mut self, guard: GuardId) -> bool {
        self.holding.contains(&&*self.written.guards[guard.0])
    }

    fn run(&mut self, block: BlockId) -> Vec<Key> {
        let (log, raises) = &self.written.blocks[block.0];
        self.log.push(log.clone());
        raises.clone()
    }
}

impl Run {
    /// Enters the chart; the named guards hold.
    pub(super) fn new(text: &str, holding: &[&'static str]) -> Self {
        let written = Written::read(text);
        let mut log = vec![];
        let host = &mut Logging { written: &written, holding, log: &mut log };
        let at = start(&written.chart, host).unwrap();
        Self { written, holding: holding.to_vec(), at, log }
    }

    pub(super) fn send(&mut self, event: &str) -> &mut Self {
        self.at = self.try_send(event).unwrap();
        self
    }

    pub(super) fn try_send(&mut self, event: &str) -> Result<Configuration, Halt> {
        self.log.clear();
        let host = &mut Logging { written: &self.written, holding: &self.holding, log: &mut self.log };
        macrostep(&self.written.chart, &self.at, event, host)
    }

    pub(super) fn active(&self) -> String {
        self.at.active.join(" ")
    }

    pub(super) fn log(&self) -> String {
        self.log.join(" ")
    }
}

impl Written {
    fn read(text: &str) -> Self {
        let mut written = Self { chart: Chart::default(), blocks: vec![], guards: vec![] };
        let lines = || text.lines().filter(|line| !line.trim().is_empty());
        let margin = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or_default();
        let mut around: Vec<StateId> = vec![];
        for line in lines() {
            let depth = (line.len() - line.trim_start().len() - margin) / 2;
            let words: Vec<&str> = line.split_whitespace().collect();
            if !matches!(words[0], "on" | "initial" | "entry") {
                around.truncate(depth);
                let parent = around.last().copied();
                around.push(written.add(parent, words[0], words.get(1).copied()));
            }
        }
        let mut within: Vec<StateId> = vec![];
        for line in lines() {
            let depth = (line.len() - line.trim_start().len() - margin) / 2;
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[0] {
                "on" => {
                    let way = written.transition(&words[1..]);
                    written.state(&within, depth).transitions.push(way);
                }
                "initial" => {
                    let targets = words[1..].iter().map(|name| written.chart.find(name).unwrap()).collect();
                    let block = written.block(&format!("into:{}", words[1]), &[]);
                    written.state(&within, depth).initial =
                        Some(Transition { block: Some(block), ..Transition::into(targets) });
                }
                "entry" => {
                    let entry = written.state(&within, depth).entry.unwrap();
                    written.blocks[entry.0].1 = words[2..].iter().map(|event| Key::from(*event)).collect();
                }
                name => {
                    within.truncate(depth);
                    within.push(written.chart.find(name).unwrap());
                }
            }
        }
        written
    }

    fn add(&mut self, parent: Option<StateId>, name: &str, kind: Option<&str>) -> StateId {
        if let Some(parent) = parent.map(|parent| self.chart.state_mut(parent))
            && parent.kind == Kind::Atomic
        {
            parent.kind = Kind::Compound;
        }
        let kind = match kind {
            Some("parallel") => Kind::Parallel,
            Some("final") => Kind::Final,
            Some("history") => Kind::History { deep: false },
            Some("deep") => Kind::History { deep: true },
            _ => Kind::Atomic,
        };
        let id = self.chart.add(name.into(), kind, parent).unwrap();
        let (entry, exit) = (self.block(&format!("+{name}"), &[]), self.block(&format!("-{name}"), &[]));
        self.chart.state_mut(id).entry = Some(entry);
        self.chart.state_mut(id).exit = Some(exit);
        id
    }

    fn state(&mut self, within: &[StateId], depth: usize) -> &mut State {
        self.chart.state_mut(within[depth - 1])
    }

    fn block(&mut self, log: &str, raises: &[&str]) -> BlockId {
        self.blocks.push((log.into(), raises.iter().map(|event| Key::from(*event)).collect()));
        BlockId(self.blocks.len() - 1)
    }

    fn transition(&mut self, words: &[&str]) -> Transition {
        let after = |word: &str| -> Vec<&str> {
            let from = words.iter().position(|one| *one == word).map_or(words.len(), |at| at + 1);
            words[from..]
                .iter()
                .copied()
                .take_while(|word| !["if", "raise", "internal", "->"].contains(word))
                .collect()
        };
        let targets = after("->").iter().map(|name| self.chart.find(name).unwrap()).collect();
        let block = self.block(&format!("[{}]", words[0]), &after("raise"));
        let guard = after("if").first().map(|guard| {
            self.guards.push((*guard).to_owned());
            GuardId(self.guards.len() - 1)
        });
        Transition {
            events: words
                .iter()
                .take(1)
                .filter(|event| **event != "-")
                .map(|event| Key::from(*event))
                .collect(),
            guard,
            targets,
            internal: words.contains(&"internal"),
            block: Some(block),
        }
    }
}
