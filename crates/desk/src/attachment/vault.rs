//! Where contents lie: one file each, named by the SHA-256 of what is in it, never by what anybody calls it.
//!
//! `incoming/ID` while it comes; `ab/cdef…` once it is whole and on the disk. A content is never changed, and
//! removed only with the last zone that names it, so that a copy of the folder made after a copy of the database has all
//! that the database names.
use super::Unuploaded;
use super::media::{HEAD, Media, TAIL, TextCheck};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many files come in at once; others wait.
const AT_ONCE: usize = 16;
/// How long a file may take to come.
const PATIENCE: Duration = Duration::from_mins(2);
/// How old what came in and was never whole must be to be removed: far older than [`PATIENCE`].
const STALE: SignedDuration = SignedDuration::from_hours(1);
/// How long a content may lie in its place before a row names it: far longer than a transaction may take.
const UNNAMED: SignedDuration = SignedDuration::from_mins(5);
const INCOMING: &str = "incoming";

/// A folder of contents.
#[derive(Debug)]
pub(crate) struct Vault {
    folder: PathBuf,
    incoming: Semaphore,
}

/// A content that has come and is not yet kept; dropped, it is gone.
pub(super) struct Received {
    path: PathBuf,
    pub(super) hash: [u8; 32],
}

impl Drop for Received {
    fn drop(&mut self) {
        // Kept, it is no longer there; what cannot be removed is swept later.
        let _gone = std::fs::remove_file(&self.path);
    }
}

impl Vault {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, incoming: Semaphore::new(AT_ONCE) }
    }

    /// Takes in a content of exactly `size` bytes of the kind `media`.
    pub(super) async fn receive(
        &self,
        id: Uuid,
        content: impl AsyncRead + Unpin,
        size: u64,
        media: Media,
    ) -> io::Result<Result<Received, Unuploaded>> {
        let _turn = self.incoming.acquire().await.map_err(io::Error::other)?;
        let folder = self.folder.join(INCOMING);
        fs::create_dir_all(&folder).await?;
        // From here on, whatever happens, what is left of the file is removed.
        let received = Received { path: folder.join(id.to_string()), hash: [0; 32] };
        let coming = take_in(received, content, size, media);
        tokio::time::timeout(PATIENCE, coming).await.unwrap_or(Ok(Err(Unuploaded::TooSlow)))
    }

    /// Puts a content in its place, on the disk for good.
    pub(super) async fn keep(&self, received: &Received) -> io::Result<()> {
        let place = self.place(&received.hash);
        let folder = place.parent().unwrap_or(&self.folder);
        if !fs::try_exists(folder).await? {
            fs::create_dir_all(folder).await?;
            sync(&self.folder).await?;
        }
        // The same content may be there: then it is replaced by itself.
        fs::rename(&received.path, &place).await?;
        sync(folder).await
    }

    pub(super) async fn open(&self, hash: &[u8; 32]) -> io::Result<File> {
        File::open(self.place(hash)).await
    }

    /// Reads a content whole.
    pub(crate) async fn read(&self, hash: &[u8; 32]) -> io::Result<Vec<u8>> {
        fs::read(self.place(hash)).await
    }

    /// Puts a content in its place that was examined when it came to another folder.
    pub(crate) async fn adopt(&self, id: Uuid, hash: [u8; 32], bytes: &[u8]) -> io::Result<()> {
        let folder = self.folder.join(INCOMING);
        fs::create_dir_all(&folder).await?;
        let received = Received { path: folder.join(id.to_string()), hash };
        let mut file = File::create(&received.path).await?;
        file.write_all(bytes).await?;
        file.sync_all().await?;
        self.keep(&received).await
    }

    /// Removes a content that no zone names any more, unless it came a moment ago: then a row that names it may be on
    /// its way. Answers whether it is gone.
    pub(crate) async fn remove(&self, hash: &[u8; 32], now: Timestamp) -> io::Result<bool> {
        let place = self.place(hash);
        let removed = async {
            let came =
                Timestamp::try_from(fs::metadata(&place).await?.modified()?).map_err(io::Error::other)?;
            if now.duration_since(came) < UNNAMED {
                return Ok(false);
            }
            fs::remove_file(&place).await.map(|()| true)
        };
        match removed.await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            removed => removed,
        }
    }

    /// Removes what began to come and never was whole, and answers how many.
    pub(super) async fn sweep(&self, now: Timestamp) -> io::Result<u64> {
        let mut gone = 0;
        let mut entries = match fs::read_dir(self.folder.join(INCOMING)).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            let changed = entry.metadata().await.and_then(|metadata| metadata.modified());
            let changed = changed.ok().and_then(|changed| Timestamp::try_from(changed).ok());
            if changed.is_some_and(|changed| now.duration_since(changed) > STALE) {
                // Another process of the program may be faster.
                gone += u64::from(fs::remove_file(entry.path()).await.is_ok());
            }
        }
        Ok(gone)
    }

    /// Where a content lies, or would.
    pub(crate) fn place(&self, hash: &[u8; 32]) -> PathBuf {
        let hex = hex::encode(hash);
        let (folder, name) = hex.split_at(2);
        self.folder.join(folder).join(name)
    }
}

async fn take_in(
    mut received: Received,
    mut content: impl AsyncRead + Unpin,
    size: u64,
    media: Media,
) -> io::Result<Result<Received, Unuploaded>> {
    let mut file = File::create(&received.path).await?;
    let (mut hash, mut head, mut text) = (Sha256::new(), Vec::with_capacity(HEAD), TextCheck::default());
    let (mut buffer, mut tail, mut found) = (vec![0; 64 * 1024], Vec::new(), 0_u64);
    loop {
        let count = match content.read(&mut buffer).await {
            Ok(0) => break,
            Ok(count) => count,
            // Whoever sends it is gone: it is shorter than announced.
            Err(_) => return Ok(Err(Unuploaded::TooShort { size, found })),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        found += bytes.len() as u64;
        if found > size {
            return Ok(Err(Unuploaded::TooLong { size }));
        }
        head.extend(bytes.iter().take(HEAD - head.len()));
        if media.is_text() {
            text.feed(bytes);
        }
        tail.extend_from_slice(bytes);
        tail.drain(..tail.len().saturating_sub(TAIL));
        hash.update(bytes);
        file.write_all(bytes).await?;
    }
    if found < size {
        return Ok(Err(Unuploaded::TooShort { size, found }));
    }
    if let Some(found) = media.lie(&head, &tail, media.is_text() && text.is_text()) {
        return Ok(Err(Unuploaded::WrongType { announced: media.name, found }));
    }
    file.flush().await?;
    file.sync_all().await?;
    received.hash = hash.finalize().into();
    Ok(Ok(received))
}

async fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder).await?.sync_all().await
}
