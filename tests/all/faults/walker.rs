//! A client that takes real steps and remembers what was acknowledged to it.
use super::program::Caller;
use serde_json::{Value, json};

const OPEN: &str = "mutation ($input: CaseOpenInput!) { answer: caseOpen(input: $input) \
    { case { id } event { version name } refusal { code } } }";
const ACT: &str = "mutation ($input: CaseActInput!) { answer: caseAct(input: $input) \
    { case { id } event { version name } refusal { code } } }";

/// One person's client with one case: it opens the case, then the clerk and the company move it in turn.
pub(crate) struct Walker {
    name: String,
    company: String,
    clerk: String,
    case: Option<String>,
    /// What was acknowledged, in order: the key of the request and the history row it made.
    pub(crate) acknowledged: Vec<Acknowledged>,
}

/// An acknowledged step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) key: String,
    pub(crate) action: String,
    pub(crate) version: i64,
}

/// What came back.
#[derive(Debug)]
pub(crate) enum Came {
    /// The step was taken.
    Acknowledged,
    /// The desk could not do it and said so, with this code.
    Broke(String),
    /// Nothing came back: whether it was done is not known.
    Nothing,
}

impl Walker {
    pub(crate) fn new(name: &str, company: &str, clerk: &str) -> Self {
        let [company, clerk] = [company, clerk].map(str::to_owned);
        Self { name: name.to_owned(), company, clerk, case: None, acknowledged: vec![] }
    }

    /// Sends the next request. One that was not acknowledged is the next one again, under the same key.
    pub(crate) fn step(&mut self, url: &str) -> Came {
        let version = i64::try_from(self.acknowledged.len()).expect("few steps") + 1;
        let key = format!("{}-{version}", self.name);
        let text = |field: &str, text: &str| json!({"field": field, "value": {"text": text}});
        let (token, action, answers) = match version {
            1 => (
                &self.company,
                "file",
                json!([
                    text("title", "研发人员难培养"),
                    text("content", &self.name),
                    text("contact", "王工"),
                    text("phone", "0571-0000-0000"),
                ]),
            ),
            version if version % 2 == 0 => {
                (&self.clerk, "ask_supplement", json!([text("missing", "请补充名单")]))
            }
            _ => (&self.company, "supplement", json!([text("supplement", "名单已附上")])),
        };
        let (document, input) = match &self.case {
            None => (OPEN, json!({"process": "request", "answers": answers, "idempotencyKey": key})),
            Some(case) => {
                let acts = json!({"caseId": case, "action": action, "answers": answers, "idempotencyKey": key,
                    "expectedVersion": version - 1});
                (ACT, acts)
            }
        };
        let Some(answer) = Caller::new(url, token).ask(document, &json!({"input": input})) else {
            return Came::Nothing;
        };
        if let Some(code) = answer["errors"][0]["extensions"]["code"].as_str() {
            return Came::Broke(code.to_owned());
        }
        let came = &answer["data"]["answer"];
        let row = (came["event"]["version"].as_i64(), came["event"]["name"].as_str());
        assert_eq!(row, (Some(version), Some(action)), "{key}: {answer}");
        self.case = came["case"]["id"].as_str().map(str::to_owned);
        self.acknowledged.push(Acknowledged { key, action: action.to_owned(), version });
        Came::Acknowledged
    }
}

/// Whether an answer has data and no errors.
pub(crate) fn is_answered(answer: &Value) -> bool {
    answer["errors"].is_null() && !answer["data"].is_null()
}
