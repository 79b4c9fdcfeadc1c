//! Every command, one file each.
mod backup;
mod calendar;
mod condition;
mod doctor;
mod input;
mod json;
mod mail;
mod migrate;
mod people;
mod policy;
mod rights;
mod workflow;
mod zone;

use crate::parts::{Failure, in_full};
use crate::serve::Serve;
use std::io::Write as _;
use std::process::ExitCode;

/// What the program can be told to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Serves the desk: API, GraphiQL, timers, mail.
    #[command(after_help = "Example:\n  qianxiaoer serve --demo --data data --metrics-listen 127.0.0.1:9090")]
    Serve(Serve),
    /// Prints the GraphQL schema.
    #[command(after_help = "Example:\n  qianxiaoer schema > schema.graphql")]
    Schema,
    /// Prints who may do what, as Markdown: the API's fields, then every process.
    #[command(after_help = "Example:\n  qianxiaoer rights > docs/rights.md")]
    Rights(rights::Rights),
    /// Counts in working days and working hours.
    #[command(subcommand)]
    Calendar(calendar::Calendar),
    /// Weighs conditions.
    #[command(subcommand)]
    Condition(condition::Condition),
    /// Weighs policies for companies, one or all.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Checks, plays and draws process definitions.
    #[command(subcommand)]
    Workflow(workflow::Workflow),
    /// Adds and lists zones, takes them out, puts them in, removes them.
    #[command(subcommand)]
    Zone(zone::Zone),
    /// Adds units to a zone.
    #[command(subcommand)]
    Unit(zone::Unit),
    /// Adds companies to a zone.
    #[command(subcommand)]
    Company(zone::Company),
    /// Adds people to a zone.
    #[command(subcommand)]
    User(people::User),
    /// Takes in what the mail world sends back.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Copies the SQLite database into a new file, while it is in use.
    #[command(after_help = "Example:\n  qianxiaoer backup --data data backups/2026-11-23.sqlite")]
    Backup(backup::Backup),
    /// Puts a backup in the place of the SQLite database, which nobody may be using.
    #[command(after_help = "Example:\n  qianxiaoer restore --data restored backups/2026-11-23.sqlite")]
    Restore(backup::Restore),
    /// Examines the database: one line per check, exit 1 if any finds something.
    #[command(after_help = "Example:\n  qianxiaoer doctor --data data")]
    Doctor(doctor::Doctor),
    /// Brings the tables to this program's schema. SQLite is also migrated by `serve`; PostgreSQL only here.
    #[command(
        after_help = "Example:\n  qianxiaoer migrate --owner-url postgres://owner@localhost/qianxiaoer --app-role desk"
    )]
    Migrate(migrate::Migrate),
}

impl Command {
    /// Does it; what went wrong goes to stderr.
    pub(crate) async fn run(self) -> ExitCode {
        let done = match self {
            Self::Serve(serve) => serve.run().await.map(|()| ExitCode::SUCCESS),
            Self::Schema => print(service::sdl()).map(|()| ExitCode::SUCCESS),
            Self::Rights(rights) => rights.run(),
            Self::Calendar(calendar) => calendar.run().await,
            Self::Condition(condition) => condition.run(),
            Self::Policy(policy) => policy.run(),
            Self::Workflow(workflow) => workflow.run(),
            Self::Zone(zone) => zone.run().await,
            Self::Unit(unit) => unit.run().await,
            Self::Company(company) => company.run().await,
            Self::User(user) => user.run().await,
            Self::Mail(mail) => mail.run().await,
            Self::Backup(backup) => backup.run().await,
            Self::Restore(restore) => restore.run().await,
            Self::Doctor(doctor) => doctor.run().await,
            Self::Migrate(migrate) => migrate.run().await,
        };
        done.unwrap_or_else(|failure| {
            eprintln!("qianxiaoer: {}", in_full(failure.as_ref()));
            ExitCode::FAILURE
        })
    }
}

/// Writes a result. Unlike `print!` it does not panic when whoever reads it has gone.
fn print(text: impl AsRef<str>) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_ref().as_bytes())?;
    Ok(out.flush()?)
}
