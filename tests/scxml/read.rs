//! SCXML text -> document. What the standard does not know is refused, not skipped.
mod content;

use crate::document::{Datum, Document, Invoke, Payload, Text, Value};
use crate::event::Data;
use roxmltree::{Node, ParsingOptions};
use std::path::{Component, Path};
use workflow::kernel::{BlockId, GuardId, Kind, StateId, Transition};

/// Elements within elements. The deepest of the suite is 12.
const DEPTH: usize = 64;
const NODES: u32 = 20_000;
const BYTES: u64 = 4_000_000;

impl Document {
    /// Reads a document; the files it names lie in `folder`.
    ///
    /// # Errors
    /// What is wrong with it, or what it asks for that is not offered.
    pub(crate) fn read(text: &str, folder: &Path) -> Result<Self, String> {
        let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
        let tree =
            roxmltree::Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
        if tree.descendants().any(|node| node.ancestors().nth(DEPTH).is_some()) {
            return Err(format!("elements lie more than {DEPTH} deep"));
        }
        let root = tree.root_element();
        if root.tag_name().name() != "scxml" {
            return Err(format!("<{}> where <scxml> is expected", root.tag_name().name()));
        }
        match root.attribute("datamodel") {
            None | Some("ecmascript" | "null") => {}
            Some(other) => return Err(unsupported(&format!("the data model {other}"))),
        }
        let mut document = Self {
            name: root.attribute("name").unwrap_or_default().to_owned(),
            late: root.attribute("binding") == Some("late"),
            folder: folder.to_owned(),
            ..Self::default()
        };
        let mut states = vec![];
        document.add_states(root, None, &mut states)?;
        document.read_data(root, None)?;
        for script in elements(root).filter(|child| child.tag_name().name() == "script") {
            let script = document.script(script)?;
            document.scripts.push(script);
        }
        if let Some(way_in) = document.way_in(root)? {
            document.chart.set_initial(way_in);
        }
        for (node, state) in states {
            document.complete(node, state)?;
        }
        Ok(document)
    }

    /// Adds all states first, because transitions name later ones.
    fn add_states<'n>(
        &mut self,
        node: Node<'n, 'n>,
        parent: Option<StateId>,
        states: &mut Vec<(Node<'n, 'n>, StateId)>,
    ) -> Result<(), String> {
        for child in elements(node) {
            let has_states = elements(child)
                .any(|inner| matches!(inner.tag_name().name(), "state" | "parallel" | "final"));
            let kind = match child.tag_name().name() {
                "state" | "parallel" if !has_states => Kind::Atomic,
                "state" => Kind::Compound,
                "parallel" => Kind::Parallel,
                "final" => Kind::Final,
                "history" => Kind::History { deep: child.attribute("type") == Some("deep") },
                _ => continue,
            };
            // A blank, so that no document can choose the same.
            let made = || format!("state {}", states.len());
            let key = child.attribute("id").map_or_else(made, str::to_owned);
            let state = self
                .chart
                .add(key.as_str().into(), kind, parent)
                .map_err(|key| format!("two states are called {key}"))?;
            states.push((child, state));
            self.add_states(child, Some(state), states)?;
        }
        Ok(())
    }

    fn complete(&mut self, node: Node, state: StateId) -> Result<(), String> {
        let kind = self.chart.state(state).kind;
        if !matches!(kind, Kind::History { .. }) {
            self.read_data(node, Some(state))?;
        }
        let initial = self.way_in(node)?;
        let holder = if kind == Kind::Compound { Some(state) } else { self.chart.state(state).parent };
        let targets = initial.iter().flat_map(|way_in| &way_in.targets);
        for target in targets {
            if holder.is_some_and(|holder| !self.chart.is_within(*target, holder)) {
                let (from, to) = (&self.chart.state(state).key, &self.chart.state(*target).key);
                return Err(format!("{from} may not begin in {to}, which lies outside"));
            }
        }
        let entry = self.handlers(node, "onentry")?;
        let exit = self.handlers(node, "onexit")?;
        let mut transitions = vec![];
        if !matches!(kind, Kind::History { .. }) {
            for child in elements(node).filter(|child| child.tag_name().name() == "transition") {
                transitions.push(self.transition(child)?);
            }
        }
        for child in elements(node) {
            match child.tag_name().name() {
                "invoke" => {
                    let invoke = self.invoke(child)?;
                    self.invokes.entry(state).or_default().push(invoke);
                }
                "donedata" => {
                    let payload = Self::payload(child)?;
                    self.done.insert(state, payload);
                }
                "state" | "parallel" | "final" | "history" | "initial" | "transition" | "onentry"
                | "onexit" | "datamodel" => {}
                other => return Err(unsupported(&format!("<{other}> within a state"))),
            }
        }
        let of = self.chart.state_mut(state);
        (of.initial, of.entry, of.exit, of.transitions) = (initial, entry, exit, transitions);
        Ok(())
    }

    /// Where a state, the chart or a history state begins.
    fn way_in(&mut self, node: Node) -> Result<Option<Transition>, String> {
        if let Some(names) = node.attribute("initial") {
            return Ok(Some(Transition::into(self.targets(names)?)));
        }
        let is_history = node.tag_name().name() == "history";
        let holder = if is_history { Some(node) } else { child(node, "initial") };
        let Some(transition) = holder.and_then(|holder| child(holder, "transition")) else { return Ok(None) };
        self.transition(transition).map(Some)
    }

    fn transition(&mut self, node: Node) -> Result<Transition, String> {
        let guard = node.attribute("cond").map(|condition| {
            self.guards.push(condition.to_owned());
            GuardId(self.guards.len() - 1)
        });
        let content = self.content(node)?;
        Ok(Transition {
            events: node.attribute("event").unwrap_or_default().split_whitespace().map(Into::into).collect(),
            guard,
            targets: self.targets(node.attribute("target").unwrap_or_default())?,
            internal: node.attribute("type") == Some("internal"),
            block: self.block(vec![content]),
        })
    }

    fn targets(&self, names: &str) -> Result<Vec<StateId>, String> {
        let find = |name| self.chart.find(name).ok_or_else(|| format!("no state is called {name}"));
        names.split_whitespace().map(find).collect()
    }

    /// All handlers of a kind, each of which is content of its own.
    fn handlers(&mut self, node: Node, name: &str) -> Result<Option<BlockId>, String> {
        let handlers = elements(node)
            .filter(|child| child.tag_name().name() == name)
            .map(|child| self.content(child))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(self.block(handlers))
    }

    fn block(&mut self, handlers: Vec<Vec<crate::document::Content>>) -> Option<BlockId> {
        if handlers.iter().all(Vec::is_empty) {
            return None;
        }
        self.blocks.push(handlers);
        Some(BlockId(self.blocks.len() - 1))
    }

    fn read_data(&mut self, node: Node, state: Option<StateId>) -> Result<(), String> {
        let models = elements(node).filter(|child| child.tag_name().name() == "datamodel");
        for datum in models.flat_map(elements) {
            let value = Self::value(datum, "expr")?;
            self.data.push(Datum { id: required(datum, "id")?, value, state });
        }
        Ok(())
    }

    fn invoke(&mut self, node: Node) -> Result<Invoke, String> {
        let source = match (text(node, "src", "srcexpr"), child(node, "content")) {
            (Text::Nothing, Some(content)) => match Self::value(content, "expr")? {
                Value::Inline(Data::Xml(text)) => Text::Literal(text),
                Value::Expression(expression) => Text::Expression(expression),
                _ => return Err("an invocation's content is no document".into()),
            },
            (source, _) => source,
        };
        let finalize = match child(node, "finalize") {
            Some(finalize) => {
                let content = self.content(finalize)?;
                self.block(vec![content])
            }
            None => None,
        };
        Ok(Invoke {
            kind: text(node, "type", "typeexpr"),
            source,
            id: node.attribute("id").map(str::to_owned),
            id_location: node.attribute("idlocation").map(str::to_owned),
            payload: Payload { content: Value::Nothing, ..Self::payload(node)? },
            auto_forward: node.attribute("autoforward") == Some("true"),
            finalize,
        })
    }
}

/// The text of a file in `folder` that a document names. Others are none of its business.
pub(crate) fn load(folder: &Path, name: &str) -> Result<String, String> {
    let name = name.strip_prefix("file:").unwrap_or(name);
    let path = Path::new(name);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(format!("{name} does not lie beside the document"));
    }
    read_file(&folder.join(path))
}

/// The text of a file that may well be too long, or none.
pub(crate) fn read_file(path: &Path) -> Result<String, String> {
    let name = path.file_name().unwrap_or_default().display();
    let about = path.metadata().map_err(|error| format!("{name}: {error}"))?;
    if !about.is_file() || about.len() > BYTES {
        return Err(format!("{name} is no file of at most {BYTES} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))
}

/// A reason that says that this adapter lacks something, not that a test went wrong.
pub(crate) fn unsupported(what: &str) -> String {
    format!("{UNSUPPORTED}{what}")
}

pub(crate) const UNSUPPORTED: &str = "unsupported: ";

fn elements<'n>(node: Node<'n, 'n>) -> impl Iterator<Item = Node<'n, 'n>> {
    node.children().filter(Node::is_element)
}

fn child<'n>(node: Node<'n, 'n>, name: &str) -> Option<Node<'n, 'n>> {
    elements(node).find(|child| child.tag_name().name() == name)
}

fn required(node: Node, name: &str) -> Result<String, String> {
    node.attribute(name)
        .map(str::to_owned)
        .ok_or_else(|| format!("<{}> needs the attribute {name}", node.tag_name().name()))
}

fn text(node: Node, name: &str, expression: &str) -> Text {
    match (node.attribute(name), node.attribute(expression)) {
        (_, Some(expression)) => Text::Expression(expression.to_owned()),
        (Some(literal), None) => Text::Literal(literal.to_owned()),
        (None, None) => Text::Nothing,
    }
}
