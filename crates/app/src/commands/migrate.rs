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
    /// Lets this role of PostgreSQL serve: makes it if it is not there, and grants it what serving needs and no more. A
    /// role that was let once is granted later tables by itself.
    #[arg(long, env = "QXE_APP_ROLE", value_name = "ROLE")]
    app_role: Option<String>,
    /// The password to give the role, if it signs in by one.
    #[arg(
        long,
        env = "QXE_APP_PASSWORD",
        value_name = "PASSWORD",
        hide_env_values = true,
        requires = "app_role"
    )]
    app_password: Option<String>,
}

impl Migrate {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        Store::migrate(&self.owner_url).await?;
        print("the schema is up to date\n")?;
        if let Some(role) = &self.app_role {
            Store::admit(&self.owner_url, role, self.app_password.as_deref()).await?;
            print(format!("{role} may serve\n"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
