//! `user`: who signs in.
use super::print;
use super::workflow::Tongue;
use crate::clock::Clock;
use crate::parts::{Failure, Place, desk};
use desk::NewPerson;
use std::process::ExitCode;

/// What can be done about people.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum User {
    /// Adds a person who may sign in.
    #[command(after_help = EXAMPLES)]
    Add(Add),
}

const EXAMPLES: &str = "Examples:
  qianxiaoer user add --zone qianjiang --login wang --name 王敏 --role clerk --role dispatcher --unit service
  qianxiaoer user add --zone qianjiang --login li --name 李雷 --role company --company 91330100MA0000000C \\
    --password-stdin < password

Without --password-stdin a password is made up and printed on stdout, this once.";

/// Adds a person.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The key of the zone.
    #[arg(long, value_name = "KEY")]
    zone: String,
    /// What they sign in with.
    #[arg(long)]
    login: String,
    /// Their name.
    #[arg(long)]
    name: String,
    /// What they may be; give it once per role.
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// The key of the unit they work in.
    #[arg(long, value_name = "KEY", conflicts_with = "company")]
    unit: Option<String>,
    /// The credit code of the company they speak for.
    #[arg(long, value_name = "CREDIT_CODE")]
    company: Option<String>,
    /// Where their mail goes.
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The language they read.
    #[arg(long, value_enum, default_value = "zh")]
    language: Tongue,
    /// Takes the password from the first line of stdin.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    place: Place,
}

impl User {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Add(add) = self;
        let desk = desk(add.place.open_existing().await?, &Clock::System)?;
        let zone = desk.zone_by_key(&add.zone).await?;
        let password = if add.password_stdin { first_line()? } else { desk.password_new() };
        let new = NewPerson {
            login: add.login,
            name: add.name,
            email: add.email,
            language: add.language.into(),
            roles: add.roles,
            unit: add.unit,
            company: add.company,
        };
        let login = new.login.clone();
        desk.person_add(zone.id, new, &password).await?;
        if add.password_stdin {
            eprintln!("{login} may sign in");
        } else {
            eprintln!("{login} may sign in with the password below, which is shown this once");
            print(password + "\n")?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
