//! `mail`: what comes back.
use super::{input, print};
use crate::clock::Clock;
use crate::parts::{Failure, Place, desk};
use notify::{BOUNCE_MOST, Bounce};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What can be done about mail.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Mail {
    /// Reads delivery reports (RFC 3464): their mails are given up, and addresses at which nobody is get none.
    #[command(after_help = EXAMPLES)]
    Bounce {
        /// Reports as they came; `-` is stdin.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
}

const EXAMPLES: &str = "Examples:
  qianxiaoer mail bounce --data data returned/new/*
  desk: \"|qianxiaoer mail bounce --data /var/lib/qianxiaoer -\"    (a line of /etc/aliases)

Prints a line for each: its file, a tab, what it was. Exit 1 if one of them told of no mail of ours that came back.";

impl Mail {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Bounce { files, place } = self;
        let desk = desk(place.open_existing().await?, &Clock::System)?;
        let mut code = ExitCode::SUCCESS;
        for file in &files {
            let told = match Bounce::read(&bytes(file)?) {
                Err(error) => Err(error.to_string()),
                Ok(Bounce { mail, address, reason, gone }) => {
                    match desk.mail_bounced(mail, &address, &reason, gone).await? {
                        Some(_) if gone => Ok(format!("mail {mail}: {reason}; nobody is at its address")),
                        Some(_) => Ok(format!("mail {mail}: {reason}")),
                        None => Err(format!("mail {mail} is none of ours to that address")),
                    }
                }
            };
            if told.is_err() {
                code = ExitCode::FAILURE;
            }
            let (Ok(told) | Err(told)) = told;
            print(format!("{}\t{told}\n", file.display()))?;
        }
        Ok(code)
    }
}

/// The bytes of a file, one more than a report may have at most.
fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = vec![];
    let most = BOUNCE_MOST as u64 + 1;
    let read = input::open(file)?.take(most).read_to_end(&mut bytes);
    read.map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(bytes)
}
