//! Events with all that a guard may ask of one (SCXML 5.10.1).
use serde_json::{Value, json};

/// The type of the one event processor there is (SCXML C.1).
pub(crate) const PROCESSOR: &str = "http://www.w3.org/TR/scxml/#SCXMLEventProcessor";

/// What travels between sessions: no references, as if it went over a wire.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Nothing,
    Json(Value),
    /// The text of one element.
    Xml(String),
}

#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) name: String,
    /// `platform`, `internal` or `external`.
    pub(crate) kind: &'static str,
    pub(crate) send_id: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) invoke_id: Option<String>,
    pub(crate) data: Data,
}

impl Event {
    pub(crate) fn new(kind: &'static str, name: impl Into<String>) -> Self {
        Self { name: name.into(), kind, send_id: None, origin: None, invoke_id: None, data: Data::Nothing }
    }
}

/// What a document asked for and cannot be done. The document hears it.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    /// Of the event that could not be sent.
    pub(crate) send_id: Option<String>,
    /// For those who look.
    pub(crate) reason: String,
}

impl From<String> for Fault {
    fn from(reason: String) -> Self {
        Self { name: "error.execution", send_id: None, reason }
    }
}

impl From<Fault> for Event {
    fn from(fault: Fault) -> Self {
        let data = Data::Json(json!({ "reason": fault.reason }));
        Self { send_id: fault.send_id, data, ..Self::new("platform", fault.name) }
    }
}

impl Data {
    /// What text stands for: a JSON value, or else itself with its white space normalised (SCXML B.2.1).
    pub(crate) fn of_text(text: &str) -> Self {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Self::Nothing;
        }
        Self::Json(
            serde_json::from_str(trimmed)
                .unwrap_or_else(|_| Value::String(trimmed.split_whitespace().collect::<Vec<_>>().join(" "))),
        )
    }

    /// What a file holds: an element, or text.
    pub(crate) fn of_file(text: &str) -> Self {
        let is_xml = text.trim_start().starts_with('<') && roxmltree::Document::parse(text.trim()).is_ok();
        if is_xml { Self::Xml(text.trim().to_owned()) } else { Self::of_text(text) }
    }
}

#[cfg(test)]
mod tests {
    use super::Data;
    use serde_json::json;

    #[test]
    fn text_is_json_or_else_words() {
        let json = |value| Data::Json(value);
        assert_eq!(Data::of_text(" [1, 2] "), json(json!([1, 2])));
        assert_eq!(Data::of_text("two \n words"), json(json!("two words")));
        assert_eq!(Data::of_text(" \n "), Data::Nothing);
        assert_eq!(Data::of_file("\n<a/>\n"), Data::Xml("<a/>".into()));
        assert_eq!(Data::of_file("<a>"), json(json!("<a>")));
    }
}
