//! `policy sql`: a policy as an expression of a database.
use super::super::print;
use super::matching::Fields;
use crate::parts::Failure;
use ::condition::Condition;
use ::policy::Library;
use ::policy::sql::{Dialect, expression};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) const EXAMPLE: &str = "Example:
  qianxiaoer policy sql --policy cn-cbj-exempt-2023 --dialect postgres
  qianxiaoer policy sql --when 'staff <= 300 and listed' --fields fields.json --dialect duckdb

Prints one boolean expression: TRUE eligible, FALSE ineligible, NULL unknown, as `policy decide` says. A field is a column
of its name, NULL where nobody said; a second column <field>_absent is TRUE where it is known that there is none.
Numbers are integers or decimals (in SQLite integers or floats), truths booleans, dates DATE (in SQLite texts such as
2026-01-02). PostgreSQL computes exactly at any length; elsewhere sums and ratios are of integers in millionths, and a
number that those do not hold gives NULL. What a dialect cannot say exactly is refused with the reason.";

/// Says a condition in SQL.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true)))]
pub(crate) struct Sql {
    /// A policy of the library.
    #[arg(long, value_name = "ID", group = "what")]
    policy: Option<String>,
    /// A condition over the fields of the library.
    #[arg(long, value_name = "TEXT", group = "what")]
    when: Option<String>,
    /// Other fields for the condition, as `policy match` reads them.
    #[arg(long, value_name = "FILE", requires = "when")]
    fields: Option<PathBuf>,
    /// The database.
    #[arg(long)]
    dialect: Written,
}

/// The databases, as the command line names them.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Written {
    Postgres,
    Sqlite,
    Duckdb,
    Spark,
}

impl From<Written> for Dialect {
    fn from(written: Written) -> Self {
        match written {
            Written::Postgres => Self::Postgres,
            Written::Sqlite => Self::Sqlite,
            Written::Duckdb => Self::Duckdb,
            Written::Spark => Self::Spark,
        }
    }
}

impl Sql {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        let dictionary = match &self.fields {
            Some(file) => Fields::read(file)?,
            None => Library::shipped().dictionary().clone(),
        };
        let condition = match (&self.policy, &self.when) {
            (Some(id), _) => {
                let found = Library::shipped().policy_find(id);
                found.map_err(|near| super::unknown(id, near.as_deref()))?.criteria()
            }
            (None, text) => Condition::parse(text.as_deref().unwrap_or_default(), &dictionary)
                .map_err(|mistake| format!("{mistake}\n{}", mistake.in_chinese()))?,
        };
        let said = expression(&condition, &dictionary, self.dialect.into());
        print(said.map_err(|refusal| format!("{refusal}\n{}", refusal.in_chinese()))? + "\n")?;
        Ok(ExitCode::SUCCESS)
    }
}
