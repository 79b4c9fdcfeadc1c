//! `backup` and `restore` of the SQLite database and of the files on cases.
//!
//! Contents of files are never changed, and removed only with a zone, so a copy of them made after that of the database
//! has all that it names; they lie beside the backup in `FILE.attachments`, where a later backup to the same place adds what is new.
use crate::parts::{Failure, Place, in_full, sqlite_url};
use desk::Store;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Backs a database up.
#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The file to write; it must not exist. Files on cases go to FILE.attachments beside it.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Restores a database.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// What `backup` wrote.
    file: PathBuf,
    /// Replaces the database that is there.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    place: Place,
}

impl Backup {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        self.place.open_existing().await?.backup(&self.file).await?;
        let files = copy_new(&self.place.attachments(), &beside(&self.file, ATTACHMENTS))?;
        eprintln!("the database is in {}, with {files} new files beside it", self.file.display());
        Ok(ExitCode::SUCCESS)
    }
}

impl Restore {
    pub(crate) async fn run(self) -> Result<ExitCode, Failure> {
        if self.place.database_url.is_some() {
            return Err(
                "a PostgreSQL database is restored with `pg_restore`, not through a connection".into()
            );
        }
        if beside(&self.file, "-wal").exists() {
            let file = self.file.display();
            return Err(format!(
                "{file} has a log beside it, so it is a database in use: restore what `backup` wrote"
            )
            .into());
        }
        let target = self.place.file();
        if target.exists() && !self.force {
            return Err(format!("there is a database {}; --force replaces it", target.display()).into());
        }
        fs::create_dir_all(&self.place.data).map_err(at(&self.place.data))?;
        let copy = beside(&target, ".restoring");
        let put = self.put(&copy, &target).await;
        remove_with_logs(&copy)?;
        put?;
        let files = copy_new(&beside(&self.file, ATTACHMENTS), &self.place.attachments())?;
        eprintln!("{} is in its place, with {files} new files", self.file.display());
        Ok(ExitCode::SUCCESS)
    }

    /// Copies, looks at the copy, and only then lets it take the place of what was there.
    async fn put(&self, copy: &Path, target: &Path) -> Result<(), Failure> {
        fs::copy(&self.file, copy).map_err(at(&self.file))?;
        self.examine(copy).await?;
        File::open(copy).and_then(|file| file.sync_all()).map_err(at(copy))?;
        if target.exists() {
            match Store::is_in_use(&sqlite_url(target)).await {
                Ok(true) => return Err(format!("{} is in use: stop `serve` first", target.display()).into()),
                Ok(false) => {}
                // That it cannot be opened may be why it is replaced.
                Err(error) => eprintln!("what was there does not open: {}", in_full(&error)),
            }
        }
        // A log that is left would be played into the new file.
        for log in ["-wal", "-shm"] {
            remove(&beside(target, log))?;
        }
        fs::rename(copy, target).map_err(at(target))?;
        File::open(&self.place.data).and_then(|folder| folder.sync_all()).map_err(at(&self.place.data))
    }

    /// Refuses what is damaged, foreign, or newer than this program. What is older `serve` migrates.
    async fn examine(&self, copy: &Path) -> Result<(), Failure> {
        let file = self.file.display();
        let found = Store::examine(&sqlite_url(copy)).await;
        let found = found.map_err(|error| format!("{file} is not a whole database: {}", in_full(&error)))?;
        if !found.damages.is_empty() {
            return Err(format!("{file} is damaged:\n{}", found.damages.join("\n")).into());
        }
        if found.applied.is_empty() {
            return Err(format!("{file} is not a database of this program").into());
        }
        if !found.unknown.is_empty() {
            return Err(format!("{file} is a newer program's: it has {}", found.unknown.join(", ")).into());
        }
        Ok(())
    }
}

/// What the folder of contents beside a backup is called after it.
const ATTACHMENTS: &str = ".attachments";

/// Copies the contents that are not there yet, each whole or not at all, and answers how many. What is coming in at the
/// moment lies in a folder with a longer name and is left out.
fn copy_new(from: &Path, to: &Path) -> Result<u64, Failure> {
    let mut copied = 0;
    for folder in
        entries(from)?.into_iter().filter(|folder| folder.file_name().is_some_and(|name| name.len() == 2))
    {
        let target = to.join(folder.file_name().unwrap_or_default());
        for content in entries(&folder)? {
            let place = target.join(content.file_name().unwrap_or_default());
            if place.exists() {
                continue;
            }
            fs::create_dir_all(&target).map_err(at(&target))?;
            let partial = beside(&place, ".partial");
            fs::copy(&content, &partial).map_err(at(&content))?;
            File::open(&partial).and_then(|file| file.sync_all()).map_err(at(&partial))?;
            fs::rename(&partial, &place).map_err(at(&place))?;
            copied += 1;
        }
        if target.exists() {
            File::open(&target).and_then(|folder| folder.sync_all()).map_err(at(&target))?;
        }
    }
    Ok(copied)
}

/// What is in a folder; nothing in one that is not there.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(vec![]),
        entries => {
            let entries = entries.map_err(at(folder))?;
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>().map_err(at(folder))
        }
    }
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove_with_logs(file: &Path) -> Result<(), Failure> {
    ["", "-wal", "-shm", "-journal"].iter().try_for_each(|suffix| remove(&beside(file, suffix)))
}

/// Removes a file; one that is not there is removed.
fn remove(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(file)(error)),
        _ => Ok(()),
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}").into()
}
