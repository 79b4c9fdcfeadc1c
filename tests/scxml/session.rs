//! One session: the host of a chart, with its data model and its side of the events.
mod content;
mod send;

use crate::data_model::DataModel;
use crate::document::{Document, Value};
use crate::event::{Data, Event, Fault};
use crate::post::{Post, SessionId};
use crate::read;
use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;
use workflow::Key;
use workflow::kernel::{self, BlockId, Configuration, GuardId, Host, Kind, Moment, StateId};

pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) document: Rc<Document>,
    pub(crate) data: DataModel,
    pub(crate) configuration: Configuration,
    /// Whoever invoked this session, and what that session calls it.
    pub(crate) parent: Option<(SessionId, String)>,
    pub(crate) invocations: Vec<Invocation>,
    /// Sessions whose invocation ended.
    pub(crate) cancelled: Vec<SessionId>,
    /// States entered since the last rest: their invocations are due.
    pub(crate) to_invoke: BTreeSet<StateId>,
    active: BTreeSet<StateId>,
    /// States whose data is bound.
    bound: BTreeSet<StateId>,
    /// The kernel's queue, event for event.
    queue: VecDeque<Event>,
    /// Raised, and not yet answered to the kernel.
    raised: VecDeque<Event>,
    post: Rc<RefCell<Post>>,
    made_ids: usize,
}

/// A session that a state of this one keeps.
pub(crate) struct Invocation {
    pub(crate) id: String,
    pub(crate) state: StateId,
    pub(crate) session: SessionId,
    pub(crate) auto_forward: bool,
    pub(crate) finalize: Option<BlockId>,
}

impl Session {
    /// Opens a session; `given` overrides the data of the document by name.
    pub(crate) fn open(
        id: SessionId,
        document: Document,
        given: &[(String, Data)],
        parent: Option<(SessionId, String)>,
        post: Rc<RefCell<Post>>,
    ) -> Result<Self, String> {
        let mut session = Self {
            id,
            data: DataModel::new(&id.to_string(), &document.name)?,
            document: Rc::new(document),
            configuration: Configuration::default(),
            parent,
            invocations: vec![],
            cancelled: vec![],
            to_invoke: BTreeSet::new(),
            active: BTreeSet::new(),
            bound: BTreeSet::new(),
            queue: VecDeque::new(),
            raised: VecDeque::new(),
            post,
            made_ids: 0,
        };
        session.load(given)?;
        Ok(session)
    }

    /// Binds data, then runs the scripts of the document.
    fn load(&mut self, given: &[(String, Data)]) -> Result<(), String> {
        let document = Rc::clone(&self.document);
        for datum in &document.data {
            self.data.declare(&datum.id)?;
            let mut given = given.iter().filter(|(name, _)| datum.state.is_none() && *name == datum.id);
            if let Some((_, data)) = given.next() {
                let value = self.data.value(data)?;
                self.data.assign_item(&datum.id, value)?;
            } else if !document.late || datum.state.is_none() {
                self.bind(&datum.id, &datum.value);
            }
        }
        for script in &document.scripts {
            let run = self.data.run(script);
            self.tried(run.map(drop));
        }
        Ok(())
    }

    fn bind(&mut self, variable: &str, value: &Value) {
        let bound = self.value(value).and_then(|value| self.data.assign_item(variable, value));
        self.tried(bound);
    }

    fn value(&mut self, value: &Value) -> Result<boa_engine::JsValue, String> {
        match value {
            Value::Nothing => Ok(boa_engine::JsValue::undefined()),
            Value::Expression(expression) => self.data.evaluate(expression),
            Value::Inline(data) => self.data.value(data),
            Value::Source(name) => {
                let text = read::load(&self.document.folder, name)?;
                self.data.value(&Data::of_file(&text))
            }
        }
    }

    /// Enters the chart.
    pub(crate) fn start(&mut self) -> Result<(), String> {
        let document = Rc::clone(&self.document);
        let entered = kernel::start(&document.chart, self);
        self.configuration = entered.map_err(|halt| halt.to_string())?;
        Ok(())
    }

    /// Runs one macrostep for an event.
    pub(crate) fn hear(&mut self, event: &Event) -> Result<(), String> {
        let document = Rc::clone(&self.document);
        self.data.set_event(event)?;
        let moved = kernel::macrostep(&document.chart, &self.configuration.clone(), &event.name, self);
        self.configuration = moved.map_err(|halt| halt.to_string())?;
        Ok(())
    }

    /// An event that was raised between two macrosteps, if one was.
    pub(crate) fn left_over(&mut self) -> Option<Event> {
        self.raised.pop_front()
    }

    /// Whether a final state of the chart itself is reached.
    pub(crate) fn is_over(&self) -> bool {
        self.end().is_some()
    }

    fn end(&self) -> Option<StateId> {
        let chart = &self.document.chart;
        self.active.iter().copied().find(|state| {
            let state = chart.state(*state);
            state.kind == Kind::Final && state.parent.is_none()
        })
    }

    /// Leaves every state, from the inside out, and answers what the session hands over. The configuration stays
    /// to be read.
    pub(crate) fn leave(&mut self) -> Data {
        let document = Rc::clone(&self.document);
        let done = self.end().and_then(|end| document.done.get(&end));
        let data = done.map_or(Data::Nothing, |payload| self.payload(payload));
        for state in self.active.clone().into_iter().rev() {
            if let Some(exit) = document.chart.state(state).exit {
                self.run(exit);
            }
            self.note(Moment::Left(state));
        }
        data
    }

    /// Runs what a state does with an event of its invocation before anything else hears it.
    pub(crate) fn finalize(&mut self, event: &Event, block: BlockId) -> Result<(), String> {
        self.data.set_event(event)?;
        let document = Rc::clone(&self.document);
        self.execute(&document, block);
        Ok(())
    }

    /// Raises an error for what went wrong, and answers whether nothing did.
    fn tried(&mut self, result: Result<(), String>) -> bool {
        let failure = result.err();
        let is_well = failure.is_none();
        self.raised.extend(failure.map(|reason| Fault::from(reason).into()));
        is_well
    }

    /// Answers to the kernel what was raised, and keeps the events for when it takes them up.
    fn hand_over(&mut self) -> Vec<Key> {
        let names = self.raised.iter().map(|event| event.name.as_str().into()).collect();
        self.queue.append(&mut self.raised);
        names
    }

    fn entered(&mut self, document: &Document, state: StateId) {
        self.active.insert(state);
        self.to_invoke.insert(state);
        let named = self.data.enter(&document.chart.state(state).key);
        self.tried(named);
        if document.late && self.bound.insert(state) {
            for datum in document.data.iter().filter(|datum| datum.state == Some(state)) {
                self.bind(&datum.id, &datum.value);
            }
        }
    }

    fn left(&mut self, document: &Document, state: StateId) {
        self.active.remove(&state);
        self.to_invoke.remove(&state);
        self.data.leave(&document.chart.state(state).key);
        let (ended, kept) =
            std::mem::take(&mut self.invocations).into_iter().partition(|one| one.state == state);
        self.invocations = kept;
        let ended: Vec<Invocation> = ended;
        self.cancelled.extend(ended.into_iter().map(|invocation| invocation.session));
    }
}

impl Host for Session {
    fn holds(&mut self, guard: GuardId) -> bool {
        let document = Rc::clone(&self.document);
        let holds = document.guards.get(guard.0).map(|condition| self.data.holds(condition));
        match holds {
            Some(Ok(holds)) => holds,
            Some(Err(failure)) => {
                self.tried(Err(failure));
                false
            }
            None => false,
        }
    }

    fn run(&mut self, block: BlockId) -> Vec<Key> {
        let document = Rc::clone(&self.document);
        self.execute(&document, block);
        self.hand_over()
    }

    fn note(&mut self, moment: Moment<'_>) -> Vec<Key> {
        let document = Rc::clone(&self.document);
        match moment {
            Moment::Selected => {}
            Moment::TakenUp(_) => {
                if let Some(event) = self.queue.pop_front() {
                    let bound = self.data.set_event(&event);
                    self.tried(bound);
                }
            }
            Moment::Entered(state) => self.entered(&document, state),
            Moment::Left(state) => self.left(&document, state),
            Moment::Done { by, .. } => {
                let payload = by.and_then(|by| document.done.get(&by));
                let data = payload.map_or(Data::Nothing, |payload| self.payload(payload));
                for name in moment.raises() {
                    self.raised.push_back(Event { data: data.clone(), ..Event::new("platform", &*name) });
                }
            }
        }
        self.hand_over()
    }
}
