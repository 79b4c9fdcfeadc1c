//! Decides many cases, one line each, in the order of the input.
use super::{Library, facts, unknown};
use crate::commands::json::number_json;
use crate::commands::print;
use crate::parts::Failure;
use ::policy::{Outcome, Verdict};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

/// A case; what else it says is for people.
#[derive(Deserialize)]
struct Case {
    policy_id: Option<String>,
    as_of: Option<Date>,
    facts: Option<Box<RawValue>>,
    claims: Option<Vec<Arc<str>>>,
    /// Which figures are wanted; all that can be computed, if it does not say.
    expected_benefit: Option<BTreeMap<String, Box<RawValue>>>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<Box<RawValue>>,
}

/// A refused case: a code for programs and a message for people.
type Refusal = (&'static str, String);

pub(super) fn decide(library: &Library, text: &str) -> Result<ExitCode, Failure> {
    let cases: Vec<Box<RawValue>> = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("expected an array of cases: {error}"))?;
    let mut exit = ExitCode::SUCCESS;
    for raw in &cases {
        let id = serde_json::from_str::<Named>(raw.get()).ok().and_then(|named| named.id);
        let id = id.map_or("null".to_owned(), |id| id.get().to_owned());
        match outcome(library, raw.get()) {
            Ok(outcome) => print(line(&id, &outcome)?)?,
            Err((code, message)) => {
                exit = ExitCode::FAILURE;
                let message = serde_json::to_string(&message)?;
                print(format!("{{\"id\":{id},\"error\":{{\"code\":\"{code}\",\"message\":{message}}}}}\n"))?;
            }
        }
    }
    Ok(exit)
}

fn outcome(library: &Library, text: &str) -> Result<Outcome, Refusal> {
    let case: Case = serde_json::from_str(text).map_err(|error| ("malformed", error.to_string()))?;
    let find =
        |id: &str| library.policy_find(id).map_err(|near| ("unknown_policy", unknown(id, near.as_deref())));
    if let Some(claims) = case.claims.as_ref().filter(|claims| !claims.is_empty()) {
        claims.iter().try_for_each(|id| find(id).map(|_| ()))?;
        let verdict = if library.together(claims) { Verdict::Eligible } else { Verdict::Ineligible };
        return Ok(Outcome { verdict, benefit: [].into() });
    }
    let id = case.policy_id.ok_or_else(|| ("malformed", "a case has a `policy_id`".to_owned()))?;
    let facts = case.facts.as_ref().map_or("{}", |facts| facts.get());
    let facts = facts::read(library, facts).map_err(|message| ("bad_fact", message))?;
    let mut outcome = Outcome::of(find(&id)?, facts.as_of(case.as_of));
    if let Some(wanted) = &case.expected_benefit {
        outcome.benefit.retain(|key, _| wanted.contains_key(&**key));
    }
    Ok(outcome)
}

fn line(id: &str, outcome: &Outcome) -> Result<String, serde_json::Error> {
    let mut figures = Vec::new();
    for (key, number) in &outcome.benefit {
        figures.push(format!("{}:{}", serde_json::to_string(&**key)?, number_json(number)));
    }
    let benefit =
        if figures.is_empty() { String::new() } else { format!(",\"benefit\":{{{}}}", figures.join(",")) };
    Ok(format!("{{\"id\":{id},\"verdict\":\"{}\"{benefit}}}\n", outcome.verdict.key()))
}
