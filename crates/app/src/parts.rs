//! The parts every command that touches the database is made of.
use crate::clock::Clock;
use desk::{Catalog, Desk, MailPreview, Rights, Store, Surroundings};
use std::error::Error;
use std::path::{Path, PathBuf};
use workflow::{Key, Vocabulary};

/// What can go wrong on the way; printed with its causes, once, in `main`'s command.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Where the data lies.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Folder of the data: database, demonstration accounts, mails. Made if it is not there.
    #[arg(long, env = "QXE_DATA", default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// A PostgreSQL database instead of the folder's SQLite, as the role that `migrate --app-role` let in:
    /// `postgres://ROLE@HOST/NAME`.
    #[arg(long, env = "QXE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

impl Place {
    /// The URL of the database.
    pub(crate) fn url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => sqlite_url(&self.file()),
        }
    }

    /// The SQLite file of the folder.
    pub(crate) fn file(&self) -> PathBuf {
        self.data.join("qianxiaoer.sqlite")
    }

    /// Opens the store if there is one; makes and migrates nothing.
    pub(crate) async fn open_existing(&self) -> Result<Store, Failure> {
        self.must_exist()?;
        Ok(Store::open(&self.url()).await?)
    }

    /// Where the contents of files on cases lie, whichever database names them.
    pub(crate) fn attachments(&self) -> PathBuf {
        self.data.join("attachments")
    }

    /// Refuses a folder without a database, which SQLite would make.
    pub(crate) fn must_exist(&self) -> Result<(), Failure> {
        let file = self.file();
        if self.database_url.is_none() && !file.exists() {
            return Err(format!("there is no database {}", file.display()).into());
        }
        Ok(())
    }

    /// Opens the store. The folder's SQLite is made and migrated; a PostgreSQL must have been.
    pub(crate) async fn open(&self) -> Result<Store, Failure> {
        if self.database_url.is_none() {
            std::fs::create_dir_all(&self.data)
                .map_err(|error| format!("{}: {error}", self.data.display()))?;
            Store::migrate(&self.url()).await?;
        }
        Ok(Store::open(&self.url()).await?)
    }
}

/// The URL of a SQLite file.
pub(crate) fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}?mode=rwc", file.display())
}

/// What definitions may refer to: the mails that have templates.
pub(crate) fn vocabulary() -> Vocabulary {
    Vocabulary { mails: notify::mails().into_iter().map(Key::from).collect() }
}

/// A desk over a store, told the time by `clock`.
pub(crate) fn desk(store: Store, clock: &Clock) -> Result<Desk, Failure> {
    let clock = clock.clone();
    let surroundings = Surroundings::new(move || clock.now(), chance);
    let vocabulary = vocabulary();
    let catalog = Catalog::shipped(&vocabulary)?;
    let desk = Desk::new(store, catalog, vocabulary, Rights::shipped()?, surroundings);
    Ok(desk.with_mails(notify::kinds()).with_previews(|template, language, own| {
        let notify::Preview { subject, text, html } = notify::preview(template, language, own)?;
        Some(MailPreview { subject, text, html })
    }))
}

/// Bytes that nobody can guess. Without them nothing may go on, so a system that has none stops the program.
fn chance(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_err() {
        std::process::abort();
    }
}

/// An error with its causes, in one line. Some errors of libraries say their cause themselves; it is said once.
pub(crate) fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
