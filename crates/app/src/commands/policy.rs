//! `policy`: weighs policies for companies, checks libraries of them.
mod answer;
mod cases;
mod check;
mod facts;
mod matching;
mod sql;

use super::{input, print};
use crate::parts::Failure;
use ::policy::Library;
use answer::Answer;
use jiff::civil::Date;
use std::path::PathBuf;
use std::process::ExitCode;

/// What can be asked of policies.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Policy {
    /// Prints what a policy says of a company, clause by clause, as JSON; or what policies say of many cases.
    #[command(after_help = DECIDE)]
    Decide(Decide),
    /// Reads policies, runs their cases; prints findings as `FILE:LINE:COL: message`, exit 1 if there are any.
    #[command(after_help = CHECK)]
    Check(check::Check),
    /// Puts all criteria to all companies at once, and prints how many fit.
    #[command(after_help = matching::EXAMPLE)]
    Match(matching::Match),
    /// Prints a policy, or a condition, as a boolean expression in SQL.
    #[command(after_help = sql::EXAMPLE)]
    Sql(sql::Sql),
}

const DECIDE: &str = r#"Examples:
  echo '{"entity_type": "company", "staff_avg_annual": 31}' | qianxiaoer policy decide --policy cn-cbj-exempt-2023 --facts -
  qianxiaoer policy decide --policy cn-hnte --facts company.json --as-of 2025-06-30
  qianxiaoer policy decide --facts company.json --as-of 2025-06-30
  qianxiaoer policy decide --cases cases.json

Facts are a JSON object by key or Chinese label of the dictionary: a missing key is unknown, null says that there is none.
Numbers are in the unit of the field; a text may bring its own: "300 万元". A fact with its origin is
{"value": 300, "source": "审计报告", "date": "2025-04-30"}, several of one field a list of such. With --as-of, facts of a later
day do not count, and the policy must be in force on that day. Without --policy, all policies in force on the day are
decided, and the questions that decide most, or about most money, follow. Cases are a JSON array of {"id","policy_id","as_of","facts"}, or with
"claims" for what is to be enjoyed together."#;

const CHECK: &str = "Examples:\n  qianxiaoer policy check\n  qianxiaoer policy check crates/policy/library";

/// Decides.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("input").required(true).args(["facts", "cases"])))]
pub(crate) struct Decide {
    /// The policy, by its id.
    #[arg(long, value_name = "ID", requires = "facts")]
    policy: Option<String>,
    /// What is known of the company: a JSON object; `-` reads stdin.
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
    /// The day of which the verdict is.
    #[arg(long, value_name = "DATE", conflicts_with = "cases")]
    as_of: Option<Date>,
    /// Cases: a JSON array; `-` reads stdin.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["facts", "policy"])]
    cases: Option<PathBuf>,
}

impl Policy {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Decide(decide) => decide.run(),
            Self::Check(check) => check.run(),
            Self::Match(matching) => matching.run(),
            Self::Sql(sql) => sql.run(),
        }
    }
}

impl Decide {
    fn run(self) -> Result<ExitCode, Failure> {
        let library = Library::shipped();
        if let Some(cases) = &self.cases {
            return cases::decide(library, &input::read(cases)?);
        }
        // One of the two is required.
        let Some(file) = &self.facts else { return Ok(ExitCode::from(2)) };
        let facts = facts::read(library, &input::read(file)?)
            .map_err(|wrong| format!("{}: {wrong}", file.display()))?;
        let answer = match (&self.policy, self.as_of) {
            (Some(id), as_of) => {
                let policy = library.policy_find(id).map_err(|near| unknown(id, near.as_deref()))?;
                Answer { library, facts: &facts }.decision(&library.decide(policy, &facts, as_of))?
            }
            (None, Some(day)) => Answer { library, facts: &facts }.overview(day)?,
            (None, None) => {
                return Err("expected --policy ID, or --as-of DATE for all policies of a day".into());
            }
        };
        print(answer + "\n")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Says that there is no such policy.
fn unknown(id: &str, near: Option<&str>) -> String {
    let advice = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    format!("there is no policy `{id}`{advice}")
}
