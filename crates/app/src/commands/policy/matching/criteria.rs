//! The criteria: JSON lines.
use crate::commands::input;
use crate::parts::Failure;
use ::condition::{Condition, Dictionary};
use serde::Deserialize;
use std::collections::HashSet;
use std::io::{BufRead as _, Read as _};
use std::path::Path;

/// The most bytes of a line: a condition is 20,000 characters at most, each perhaps an escape of six.
const LONGEST_LINE: u64 = 200_000;
/// How many mistakes are told.
const MOST_TOLD: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    when: String,
}

/// Reads ids and conditions; or says what is wrong with which lines.
pub(super) fn read(path: &Path, dictionary: &Dictionary) -> Result<Vec<(String, Condition)>, Failure> {
    let mut lines = input::open(path)?;
    let (mut criteria, mut ids, mut wrong) = (Vec::new(), HashSet::new(), Vec::new());
    for number in 1.. {
        let mut line = Vec::new();
        let length = lines.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line);
        let length = length.map_err(|error| format!("{}: {error}", path.display()))?;
        if length == 0 || wrong.len() >= MOST_TOLD {
            break;
        }
        if length as u64 > LONGEST_LINE {
            wrong.push(format!("{}:{number}: a line may have {LONGEST_LINE} bytes", path.display()));
            break;
        }
        let line = line.strip_prefix("\u{feff}".as_bytes()).filter(|_| number == 1).unwrap_or(&line);
        if line.trim_ascii().is_empty() {
            continue;
        }
        match parse(line, dictionary) {
            Ok((id, condition)) => {
                if !ids.insert(id.clone()) {
                    wrong.push(format!("{}:{number}: the id `{id}` is there twice", path.display()));
                }
                criteria.push((id, condition));
            }
            Err(what) => wrong.push(format!("{}:{number}: {what}", path.display())),
        }
    }
    if wrong.is_empty() { Ok(criteria) } else { Err(wrong.join("\n").into()) }
}

fn parse(line: &[u8], dictionary: &Dictionary) -> Result<(String, Condition), String> {
    let line: Line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let told = |mistake: ::condition::Mistake| format!("`{}`: {mistake}\n{}", line.id, mistake.in_chinese());
    let condition = Condition::parse(&line.when, dictionary).map_err(told)?;
    Ok((line.id, condition))
}
