//! `policy`: what policies say of companies.
mod matching;
mod sql;

use crate::parts::Failure;
use std::process::ExitCode;

/// What can be asked of policies.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Policy {
    /// Puts all criteria to all companies at once, and prints how many fit.
    #[command(after_help = matching::EXAMPLE)]
    Match(matching::Match),
    /// Prints a policy, or a condition, as a boolean expression in SQL.
    #[command(after_help = sql::EXAMPLE)]
    Sql(sql::Sql),
}

impl Policy {
    pub(crate) fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Match(matching) => matching.run(),
            Self::Sql(sql) => sql.run(),
        }
    }
}
