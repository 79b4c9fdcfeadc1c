//! `zone`, `unit` and `company`: what people belong to.
use super::print;
use crate::clock::Clock;
use crate::parts::{Failure, Place, desk};
use ::desk::{Desk, Store};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
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
    /// Writes a zone to one file, whole and as it stands at one moment, while it is served: every row, and the contents of
    /// files. Whoever has the file has everything, hashes of passwords too: it is readable for its owner alone.
    #[command(after_help = "Example:\n  qianxiaoer zone export qianjiang qianjiang.zone --data data")]
    Export {
        /// The key of the zone.
        key: String,
        /// The file to write; it must not exist.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Puts a zone in from the file that `zone export` wrote, here or elsewhere, on SQLite or PostgreSQL, whole or not at
    /// all.
    #[command(after_help = "Example:\n  qianxiaoer zone import qianjiang.zone --data data")]
    Import {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Removes a zone whole, with the contents of files that no other zone has. Nothing brings it back but its export.
    #[command(after_help = "Example:\n  qianxiaoer zone remove qianjiang --confirm qianjiang --data data")]
    Remove {
        /// The key of the zone.
        key: String,
        /// The key of the zone once more.
        #[arg(long, value_name = "KEY")]
        confirm: String,
        /// Folder of the data.
        #[arg(long, env = "QXE_DATA", default_value = "data", value_name = "DIR")]
        data: PathBuf,
        /// A PostgreSQL database instead of the folder's SQLite, as its owner reaches it: who serves may not remove.
        #[arg(long, env = "QXE_OWNER_URL", value_name = "URL", hide_env_values = true)]
        owner_url: Option<String>,
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
            Self::Export { key, file, place } => {
                let desk = desk(place.open_existing().await?, &Clock::System)?;
                export(&desk.with_files(place.attachments()), &key, &file).await?;
                eprintln!("zone {key} is in {}", file.display());
            }
            Self::Import { file, place } => {
                let from = File::open(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                let desk = desk(place.open().await?, &Clock::System)?.with_files(place.attachments());
                let key = desk.zone_import(BufReader::new(from)).await?;
                eprintln!("zone {key} is there");
            }
            Self::Remove { key, confirm, data, owner_url } => {
                if confirm != key {
                    return Err(
                        format!("--confirm says `{confirm}`; to remove zone {key} it says `{key}`").into()
                    );
                }
                let place = Place { data, database_url: owner_url };
                place.must_exist()?;
                let Some(contents) = Store::zone_remove(&place.url(), &key).await? else {
                    return Err(format!("there is no zone {key}").into());
                };
                let left =
                    ::desk::contents_remove(place.attachments(), contents, Clock::System.now()).await?;
                eprintln!("zone {key} is removed");
                if left > 0 {
                    let folder = place.attachments();
                    eprintln!("{left} files of the last minutes are left in {}", folder.display());
                }
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

/// Writes the file whole or not at all.
async fn export(desk: &Desk, key: &str, file: &Path) -> Result<(), Failure> {
    let zone = desk.zone_by_key(key).await?;
    let at = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    if file.exists() {
        return Err(format!("{} exists", file.display()).into());
    }
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    let mut options = File::options();
    let out = options.write(true).create(true).truncate(true).mode(0o600).open(&partial);
    let out = BufWriter::new(out.map_err(|error| at(&partial, error))?);
    let written = desk.zone_export(&zone, out).await;
    let kept = written.map_err(Failure::from).and_then(|out| {
        let out = out.into_inner().map_err(|error| at(&partial, error.into_error()))?;
        out.sync_all().map_err(|error| at(&partial, error))?;
        Ok(std::fs::rename(&partial, file).map_err(|error| at(file, error))?)
    });
    if kept.is_err() {
        // Half an archive is of no use to anybody, and full of personal data.
        let _gone = std::fs::remove_file(&partial);
    }
    kept
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
