//! Events and invocations that leave a session, and what they carry.
use super::Session;
use crate::document::{Document, Invoke, Payload, Send, Text, Value};
use crate::event::{Data, Event, Fault, PROCESSOR};
use crate::post::Letter;
use crate::read;
use serde_json::{Map, Value as Json};
use workflow::kernel::StateId;

/// An invocation that is due.
pub(crate) struct Request {
    pub(crate) id: String,
    pub(crate) state: StateId,
    pub(crate) document: Document,
    pub(crate) given: Vec<(String, Data)>,
}

impl Session {
    pub(super) fn send(&mut self, send: &Send) -> Result<(), Fault> {
        let send_id = self.send_id(send)?;
        let fault = |reason: String| Fault { send_id: send_id.clone(), ..Fault::from(reason) };
        let kind = self.text(&send.kind).map_err(fault)?;
        if let Some(kind) = kind.filter(|kind| kind != PROCESSOR && kind != "scxml") {
            let what = format!("the event processor {kind}");
            self.lacks(&what);
            return Err(fault(what));
        }
        let name = self.text(&send.event).map_err(fault)?.unwrap_or_default();
        let target = self.text(&send.target).map_err(fault)?.unwrap_or_default();
        let delay = self.text(&send.delay).map_err(fault)?;
        let delay = delay.map_or(Ok(0), |delay| microseconds(&delay)).map_err(fault)?;
        let data = self.strict_payload(&send.payload).map_err(fault)?;
        let kind = if target == "#_internal" { "internal" } else { "external" };
        let event = Event { send_id: send_id.clone(), data, ..Event::new(kind, name) };
        if kind == "internal" {
            self.raised.push_back(event);
            return Ok(());
        }
        let (to, invocation) = self
            .address(&target)
            .map_err(|name| Fault { name, ..fault(format!("{target} cannot be reached")) })?;
        let origin = Some(format!("#_scxml_{}", self.id));
        let event = Event { origin, invoke_id: invocation.clone(), ..event };
        let letter = Letter { from: self.id, to, send_id, invocation, event };
        self.post.borrow_mut().send(letter, delay);
        Ok(())
    }

    /// The id that the document gave, or asks to be told.
    fn send_id(&mut self, send: &Send) -> Result<Option<String>, String> {
        let Some(location) = &send.id_location else { return Ok(send.id.clone()) };
        self.made_ids += 1;
        let id = format!("send.{}.{}", self.id, self.made_ids);
        self.place_id(location, &id)?;
        Ok(Some(id))
    }

    fn place_id(&mut self, location: &str, id: &str) -> Result<(), String> {
        let value = self.data.value(&Data::Json(id.into()))?;
        self.data.assign(location, value)
    }

    /// Where a target lies, or the error it is (SCXML C.1). With the invocation by which a parent knows this session.
    fn address(&self, target: &str) -> Result<(usize, Option<String>), &'static str> {
        let nobody = "error.communication";
        if target.is_empty() {
            return Ok((self.id, None));
        }
        if target == "#_parent" {
            return self.parent.as_ref().map(|(to, id)| (*to, Some(id.clone()))).ok_or(nobody);
        }
        if let Some(session) = target.strip_prefix("#_scxml_") {
            let live = session.parse().ok().filter(|id| self.post.borrow().live.contains(id));
            return live.map(|to| (to, None)).ok_or(nobody);
        }
        let id = target.strip_prefix("#_").ok_or("error.execution")?;
        let invoked = self.invocations.iter().find(|invocation| invocation.id == id);
        invoked.map(|invocation| (invocation.session, None)).ok_or(nobody)
    }

    /// What a final state hands over: what fails is an error, and left out.
    pub(super) fn payload(&mut self, payload: &Payload) -> Data {
        let mut named = Map::new();
        for (name, expression) in &payload.named {
            match self.data.data(expression) {
                Ok(data) => insert(&mut named, name, data),
                Err(failure) => {
                    self.tried(Err(failure));
                }
            }
        }
        if !named.is_empty() {
            return Data::Json(Json::Object(named));
        }
        self.content(&payload.content).unwrap_or_else(|failure| {
            self.tried(Err(failure));
            Data::Nothing
        })
    }

    /// What an event carries: what fails keeps it from being sent.
    fn strict_payload(&mut self, payload: &Payload) -> Result<Data, String> {
        if payload.named.is_empty() {
            return self.content(&payload.content);
        }
        let mut named = Map::new();
        for (name, expression) in &payload.named {
            insert(&mut named, name, self.data.data(expression)?);
        }
        Ok(Data::Json(Json::Object(named)))
    }

    fn content(&mut self, content: &Value) -> Result<Data, String> {
        match content {
            Value::Nothing => Ok(Data::Nothing),
            Value::Expression(expression) => self.data.data(expression),
            Value::Inline(data) => Ok(data.clone()),
            Value::Source(name) => Ok(Data::of_file(&read::load(&self.document.folder, name)?)),
        }
    }

    /// Prepares an invocation of a state that is still active at rest; an error is raised (SCXML 6.4).
    pub(crate) fn prepare(&mut self, state: StateId, invoke: &Invoke) -> Option<Request> {
        let prepared = self.try_prepare(state, invoke);
        prepared.map_err(|failure| self.tried(Err(failure))).ok()
    }

    fn try_prepare(&mut self, state: StateId, invoke: &Invoke) -> Result<Request, String> {
        let kind = self.text(&invoke.kind)?.unwrap_or_else(|| "scxml".into());
        if kind.trim_end_matches('/') != "http://www.w3.org/TR/scxml" && kind != "scxml" {
            self.lacks(&format!("invocations of the type {kind}"));
            return Err(format!("{kind} cannot be invoked"));
        }
        self.made_ids += 1;
        let key = &self.document.chart.state(state).key;
        let id = invoke.id.clone().unwrap_or_else(|| format!("{key}.{}.{}", self.id, self.made_ids));
        if let Some(location) = &invoke.id_location {
            self.place_id(location, &id)?;
        }
        let source = match &invoke.source {
            Text::Nothing => return Err("nothing is invoked".into()),
            Text::Literal(text) => text.clone(),
            Text::Expression(expression) => match self.data.data(expression)? {
                Data::Xml(text) | Data::Json(Json::String(text)) => text,
                _ => return Err("what is invoked is no document".into()),
            },
        };
        let is_document = source.trim_start().starts_with('<');
        let text = if is_document { source } else { read::load(&self.document.folder, &source)? };
        let document = Document::read(text.trim(), &self.document.folder).inspect_err(|reason| {
            if let Some(what) = reason.strip_prefix(read::UNSUPPORTED) {
                self.lacks(what);
            }
        })?;
        let mut given = vec![];
        for (name, expression) in &invoke.payload.named {
            given.push((name.clone(), self.data.data(expression)?));
        }
        Ok(Request { id, state, document, given })
    }

    fn lacks(&self, what: &str) {
        self.post.borrow_mut().missing.get_or_insert_with(|| what.to_owned());
    }
}

fn insert(named: &mut Map<String, Json>, name: &str, data: Data) {
    match data {
        Data::Nothing => {}
        Data::Json(json) => drop(named.insert(name.to_owned(), json)),
        Data::Xml(text) => drop(named.insert(name.to_owned(), Json::String(text))),
    }
}

/// A delay as CSS writes times: `1.5s`, `20ms`. Beyond the clock's end it is the end.
fn microseconds(delay: &str) -> Result<u64, String> {
    let (number, unit) = match delay.trim() {
        delay if delay.ends_with("ms") => (delay.trim_end_matches("ms"), 1e3),
        delay if delay.ends_with('s') => (delay.trim_end_matches('s'), 1e6),
        "0" => ("0", 1.0),
        other => return Err(format!("{other} is no delay")),
    };
    let number = number.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let number = number.ok_or_else(|| format!("{delay} is no delay"))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "finite, and `as` saturates")]
    Ok((number * unit) as u64)
}

#[cfg(test)]
mod tests {
    use super::microseconds;

    #[test]
    fn delays_are_read_as_css_writes_times() {
        for (delay, micros) in [("1s", 1_000_000), ("1.5s", 1_500_000), (".5s", 500_000), (" 20ms ", 20_000)]
        {
            assert_eq!(microseconds(delay), Ok(micros), "{delay}");
        }
        assert_eq!((microseconds("0"), microseconds("1e300s")), (Ok(0), Ok(u64::MAX)));
        for wrong in ["", "1", "s", "-1s", "1e400s", "NaNs", "1 minute"] {
            assert!(microseconds(wrong).is_err(), "{wrong}");
        }
    }
}
