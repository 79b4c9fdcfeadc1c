//! `condition`: weighs one condition against facts.
mod fields;
mod guess;

use super::json::evaluation_json;
use super::{input, print};
use crate::parts::Failure;
use ::condition::{Expression, Mistake};
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

The value is true, false, "unknown", null (known to be absent), a number, a text, a list or an object; {"range":[lo,hi]}
where unknown facts leave a range of numbers (null for an end that is not bounded), {"one_of":[...]} where they leave
a few other values.
Facts are a JSON object: null says that there is none, a missing key that nobody knows. Objects within it are paths:
{"case":{"kind":"technical"}} is the field case.kind. Numbers are exact, however long.
Fields are {"employees":{"type":"number","label":"从业人数"},"kind":{"type":"choice","values":["a","b"]}}, or a list
of such objects with "name". Types: number (with "unit"), truth, text, date, choice, list, map (each with "of"), series;
"derived" is the text that gives a field where the fact is not known. Units are 元, 万元, 亿元, 人, 天, 月, 年 and the like;
a unit of another name goes with itself only. Without --fields the types are those of the facts, numbers have no unit,
a text is never a date, and a field that no fact types has the type the expression needs."#;

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
                print(format!("{{\"value\":{}}}\n", evaluation_json(&expression.value(&facts))?))?;
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
