//! What an SCXML document says, beside its chart: content, data and invocations.
use crate::event::Data;
use std::collections::BTreeMap;
use std::path::PathBuf;
use workflow::kernel::{BlockId, Chart, StateId};

/// A document, read.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) chart: Chart,
    /// By [`BlockId`]: handlers, each of which ends at its first error.
    pub(crate) blocks: Vec<Vec<Handler>>,
    /// By [`workflow::kernel::GuardId`].
    pub(crate) guards: Vec<String>,
    pub(crate) data: Vec<Datum>,
    /// Whether data of a state is bound when the state is first entered.
    pub(crate) late: bool,
    /// Run when the document is loaded.
    pub(crate) scripts: Vec<String>,
    pub(crate) invokes: BTreeMap<StateId, Vec<Invoke>>,
    /// What a final state hands over.
    pub(crate) done: BTreeMap<StateId, Payload>,
    /// Where the files lie that it names.
    pub(crate) folder: PathBuf,
}

pub(crate) type Handler = Vec<Content>;

/// A condition, none for `else`, and what it leads to.
pub(crate) type Branch = (Option<String>, Vec<Content>);

#[derive(Debug)]
pub(crate) struct Datum {
    pub(crate) id: String,
    pub(crate) value: Value,
    pub(crate) state: Option<StateId>,
}

#[derive(Debug)]
pub(crate) enum Content {
    Raise(String),
    /// Branches in order.
    If(Vec<Branch>),
    ForEach {
        array: String,
        item: String,
        index: Option<String>,
        body: Vec<Content>,
    },
    Log(String),
    Assign {
        location: String,
        value: Value,
    },
    Script(String),
    Send(Box<Send>),
    Cancel(Text),
}

#[derive(Debug)]
pub(crate) struct Send {
    pub(crate) event: Text,
    pub(crate) target: Text,
    pub(crate) kind: Text,
    pub(crate) delay: Text,
    pub(crate) id: Option<String>,
    pub(crate) id_location: Option<String>,
    pub(crate) payload: Payload,
}

#[derive(Debug)]
pub(crate) struct Invoke {
    pub(crate) kind: Text,
    pub(crate) source: Text,
    pub(crate) id: Option<String>,
    pub(crate) id_location: Option<String>,
    pub(crate) payload: Payload,
    pub(crate) auto_forward: bool,
    pub(crate) finalize: Option<BlockId>,
}

/// What an event or an invocation carries: values by name, or one value.
#[derive(Debug, Default)]
pub(crate) struct Payload {
    pub(crate) named: Vec<(String, String)>,
    pub(crate) content: Value,
}

/// Where a value comes from.
#[derive(Debug, Default)]
pub(crate) enum Value {
    #[default]
    Nothing,
    Expression(String),
    Inline(Data),
    /// A file beside the document.
    Source(String),
}

/// An attribute that may be given as it is or as an expression (`target`, `targetexpr`).
#[derive(Debug)]
pub(crate) enum Text {
    Nothing,
    Literal(String),
    Expression(String),
}
