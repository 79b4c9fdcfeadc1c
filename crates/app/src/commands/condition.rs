//! `condition`: weighs one condition against facts.
mod fields;
mod guess;

use super::{input, print};
use crate::parts::Failure;
use ::condition::{Evaluation, Expression, Mistake, Value};
use fields::{Fields, facts};
use std::path::PathBuf;
use std::process::ExitCode;

/// What can be asked of conditions.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Condition {
    /// Prints what an expression comes to, as {"value": ...}.
    #[command(after_help = EXAMPLES)]
    Eval(Eval),
}

const EXAMPLES: &str = r#"Example:
  echo '{"employees": 120, "listed": null}' | qianxiaoer condition eval 'employees <= 300' --facts -

The value is true, false, "unknown", null (known to be absent), a number, a text, or a list.
Facts are a JSON object: null says that there is none, a missing key that nobody knows. Objects within it are paths:
{"case":{"kind":"technical"}} is the field case.kind. Numbers are exact, however long.
Fields are {"employees":{"type":"number","label":"从业人数"},"kind":{"type":"choice","values":["a","b"]}}, or a list
of such objects with "name". Types: number, truth, text, date, choice, list (with "of"). Without --fields the types are
those of the facts, a text is never a date, and a field that no fact types has the type the expression needs."#;

/// Evaluates an expression.
#[derive(Debug, clap::Args)]
pub(crate) struct Eval {
    /// The expression.
    text: String,
    /// The facts: a JSON object; `-` reads stdin.
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// The fields there are, with their types: a JSON object or list.
    #[arg(long, value_name = "FILE")]
    fields: Option<PathBuf>,
}

impl Condition {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let Self::Eval(eval) = self;
        eval.run()
    }
}

impl Eval {
    fn run(self) -> Result<ExitCode, Failure> {
        let fields = match &self.fields {
            Some(file) => Some(in_file(file, Fields::parse(&input::read(file)?))?),
            None => None,
        };
        let facts = in_file(&self.facts, facts(&input::read(&self.facts)?, fields.as_ref()))?;
        let expression = match &fields {
            Some(fields) => Expression::parse(&self.text, &fields.dictionary),
            None => guess::parse(&self.text, &facts),
        };
        match expression {
            Ok(expression) => {
                print(format!("{{\"value\":{}}}\n", json(&expression.value(&facts))?))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(mistake) => {
                tell(&mistake);
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

fn in_file<T>(file: &std::path::Path, read: Result<T, String>) -> Result<T, Failure> {
    Ok(read.map_err(|mistake| format!("{}: {mistake}", file.display()))?)
}

/// Says what is wrong in both languages of the desk.
fn tell(mistake: &Mistake) {
    eprintln!("{mistake}\n{}", mistake.in_chinese());
}

fn json(evaluation: &Evaluation) -> Result<String, serde_json::Error> {
    match evaluation {
        Evaluation::Unknown => Ok("\"unknown\"".into()),
        Evaluation::Absent => Ok("null".into()),
        Evaluation::Value(value) => value_json(value),
    }
}

fn value_json(value: &Value) -> Result<String, serde_json::Error> {
    Ok(match value {
        Value::Truth(truth) => truth.to_string(),
        Value::Text(text) => serde_json::to_string(&**text)?,
        Value::Date(date) => format!("\"{date}\""),
        // Only a fraction that no decimal ends is a text.
        Value::Number(number) => match number.to_string() {
            fraction if fraction.contains('/') => format!("\"{fraction}\""),
            decimal => decimal,
        },
        Value::List(values) => {
            let values = values.iter().map(value_json).collect::<Result<Vec<_>, _>>()?;
            format!("[{}]", values.join(","))
        }
    })
}
