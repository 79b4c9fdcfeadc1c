//! All sessions of a test, moved along by the clock.
use crate::document::Document;
use crate::event::{Data, Event};
use crate::post::{Letter, Post, SessionId};
use crate::session::{Invocation, Session};
use std::cell::RefCell;
use std::rc::Rc;

/// What one test may take. More is a test that never ends.
const SESSIONS: usize = 20;
const MACROSTEPS: usize = 1_000;

/// The session of the test itself is the first.
const FIRST: SessionId = 0;

pub(crate) struct World {
    sessions: Vec<Session>,
    post: Rc<RefCell<Post>>,
    macrosteps: usize,
}

impl World {
    /// Opens the test's session and runs it to its first rest.
    pub(crate) fn open(document: Document) -> Result<Self, String> {
        let mut world = Self { sessions: vec![], post: Rc::default(), macrosteps: 0 };
        world.begin(document, &[], None)?;
        Ok(world)
    }

    /// The innermost active states of the test's session.
    pub(crate) fn active(&self) -> Vec<String> {
        let first = self.sessions.get(FIRST);
        first
            .map(|session| session.configuration.active.iter().map(ToString::to_string).collect())
            .unwrap_or_default()
    }

    /// What was asked for and is not offered.
    pub(crate) fn missing(&self) -> Option<String> {
        self.post.borrow().missing.clone()
    }

    pub(crate) fn is_over(&self) -> bool {
        !self.is_live(FIRST)
    }

    /// Lets time pass, in microseconds, and delivers what is due by then.
    pub(crate) fn pass(&mut self, time: u64) -> Result<(), String> {
        let until = self.post.borrow().now.saturating_add(time);
        while self.deliver_next(until)? {}
        self.post.borrow_mut().now = until;
        Ok(())
    }

    /// Delivers the next event due by `until`, if there is one.
    pub(crate) fn deliver_next(&mut self, until: u64) -> Result<bool, String> {
        let next = self.post.borrow_mut().next(until);
        let Some(letter) = next else { return Ok(false) };
        self.deliver(&letter)?;
        Ok(true)
    }

    /// Sends an event to the test's session from outside.
    pub(crate) fn send(&mut self, event: Event) -> Result<(), String> {
        self.deliver(&Letter { from: FIRST, to: FIRST, send_id: None, invocation: None, event })
    }

    fn is_live(&self, session: SessionId) -> bool {
        self.post.borrow().live.contains(&session)
    }

    fn begin(
        &mut self,
        document: Document,
        given: &[(String, Data)],
        parent: Option<(SessionId, String)>,
    ) -> Result<SessionId, String> {
        let id = self.sessions.len();
        if id == SESSIONS {
            return Err(format!("more than {SESSIONS} sessions"));
        }
        self.sessions.push(Session::open(id, document, given, parent, Rc::clone(&self.post))?);
        self.post.borrow_mut().live.insert(id);
        self.count()?;
        self.sessions[id].start()?;
        self.settle(id)?;
        Ok(id)
    }

    fn count(&mut self) -> Result<(), String> {
        self.macrosteps += 1;
        if self.macrosteps > MACROSTEPS { Err(format!("more than {MACROSTEPS} macrosteps")) } else { Ok(()) }
    }

    fn deliver(&mut self, letter: &Letter) -> Result<(), String> {
        let to = letter.to;
        if !self.is_live(to) {
            return Ok(());
        }
        let mut finalize = vec![];
        for invocation in &self.sessions[to].invocations {
            if letter.invocation.as_ref() == Some(&invocation.id) {
                finalize.extend(invocation.finalize);
            }
            if invocation.auto_forward {
                let copy = Letter {
                    from: to,
                    to: invocation.session,
                    send_id: None,
                    invocation: None,
                    event: letter.event.clone(),
                };
                self.post.borrow_mut().send(copy, 0);
            }
        }
        for block in finalize {
            self.sessions[to].finalize(&letter.event, block)?;
        }
        self.count()?;
        self.sessions[to].hear(&letter.event)?;
        self.settle(to)
    }

    /// What follows a macrostep: an end, or invocations that are due, and the errors these raise.
    fn settle(&mut self, id: SessionId) -> Result<(), String> {
        loop {
            for child in std::mem::take(&mut self.sessions[id].cancelled) {
                self.stop(child);
            }
            if self.sessions[id].is_over() {
                self.stop(id);
                return Ok(());
            }
            self.invoke(id)?;
            let Some(event) = self.sessions[id].left_over() else { return Ok(()) };
            self.count()?;
            self.sessions[id].hear(&event)?;
        }
    }

    fn invoke(&mut self, id: SessionId) -> Result<(), String> {
        let document = Rc::clone(&self.sessions[id].document);
        for state in std::mem::take(&mut self.sessions[id].to_invoke) {
            for invoke in document.invokes.get(&state).into_iter().flatten() {
                let Some(request) = self.sessions[id].prepare(state, invoke) else { continue };
                // The invocation is known before its session runs, which may send and end at once.
                let session = self.sessions.len();
                self.sessions[id].invocations.push(Invocation {
                    id: request.id.clone(),
                    state: request.state,
                    session,
                    auto_forward: invoke.auto_forward,
                    finalize: invoke.finalize,
                });
                self.begin(request.document, &request.given, Some((id, request.id)))?;
            }
        }
        Ok(())
    }

    /// Ends a session, and all that it invoked. One that ended by itself tells who invoked it.
    fn stop(&mut self, id: SessionId) {
        if !self.is_live(id) {
            return;
        }
        let by_itself = self.sessions[id].is_over();
        let data = self.sessions[id].leave();
        for child in std::mem::take(&mut self.sessions[id].cancelled) {
            self.stop(child);
        }
        let mut post = self.post.borrow_mut();
        if let Some((to, invocation)) = self.sessions[id].parent.clone().filter(|_| by_itself) {
            let event = Event {
                data,
                invoke_id: Some(invocation.clone()),
                origin: Some(format!("#_scxml_{id}")),
                ..Event::new("external", format!("done.invoke.{invocation}"))
            };
            post.send(Letter { from: id, to, send_id: None, invocation: Some(invocation), event }, 0);
        }
        post.end(id, !by_itself);
    }
}
