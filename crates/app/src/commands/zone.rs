//! `zone`, `unit` and `company`: what people belong to.
use super::print;
use crate::clock::Clock;
use crate::parts::{Failure, Place, desk};
use std::process::ExitCode;

/// What can be done about zones.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Zone {
    /// Adds a zone.
    #[command(after_help = "Example:\n  qianxiaoer zone add qianjiang --name 钱江经济开发区 --data data")]
    Add {
        /// What people type to sign in: small letters, digits and `-`.
        key: String,
        /// Its name.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        place: Place,
    },
    /// Prints every zone: its key, a tab, its name.
    #[command(after_help = "Example:\n  qianxiaoer zone list --data data")]
    List {
        #[command(flatten)]
        place: Place,
    },
}

/// What can be done about units.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Unit {
    /// Adds a unit that handles cases.
    #[command(
        after_help = "Example:\n  qianxiaoer unit add planning --zone qianjiang --name 规划建设科 --data data"
    )]
    Add {
        /// Its short name: small letters, digits and `-`.
        key: String,
        /// The key of the zone.
        #[arg(long, value_name = "KEY")]
        zone: String,
        /// Its name.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

/// What can be done about companies.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Company {
    /// Adds a company.
    #[command(after_help = "Example:\n  qianxiaoer company add --zone qianjiang --name 示例科技有限公司 \
        --credit-code 91330100MA0000000C --data data")]
    Add {
        /// The key of the zone.
        #[arg(long, value_name = "KEY")]
        zone: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its unified social credit code.
        #[arg(long, value_name = "CODE")]
        credit_code: Option<String>,
        #[command(flatten)]
        place: Place,
    },
}

impl Zone {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Add { key, name, place } => {
                let desk = desk(place.open().await?, &Clock::System)?;
                desk.zone_add(&key, &name).await?;
                eprintln!("zone {key} is there");
            }
            Self::List { place } => {
                let zones = place.open_existing().await?.zone_list().await?;
                for zone in zones {
                    print(format!("{}\t{}\n", zone.key, zone.name))?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Unit {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Add { key, zone, name, place } = self;
        let desk = desk(place.open_existing().await?, &Clock::System)?;
        desk.unit_add(desk.zone_by_key(&zone).await?.id, &key, &name).await?;
        eprintln!("unit {key} is there");
        Ok(ExitCode::SUCCESS)
    }
}

impl Company {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        let Self::Add { zone, name, credit_code, place } = self;
        let desk = desk(place.open_existing().await?, &Clock::System)?;
        desk.company_add(desk.zone_by_key(&zone).await?.id, &name, credit_code.as_deref()).await?;
        eprintln!("company {name} is there");
        Ok(ExitCode::SUCCESS)
    }
}
