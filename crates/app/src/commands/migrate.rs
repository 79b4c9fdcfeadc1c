//! `migrate`: the tables of today's program.
use super::print;
use crate::parts::Failure;
use desk::Store;
use std::process::ExitCode;

/// Migrates a database.
#[derive(Debug, clap::Args)]
pub(crate) struct Migrate {
    /// The database as its owner reaches it: `postgres://USER@HOST/NAME`, or `sqlite://PATH?mode=rwc`.
    #[arg(long, env = "QXE_OWNER_URL", value_name = "URL", hide_env_values = true)]
    owner_url: String,
}

impl Migrate {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        Store::migrate(&self.owner_url).await?;
        print("the schema is up to date\n")?;
        Ok(ExitCode::SUCCESS)
    }
}
