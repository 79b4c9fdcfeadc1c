//! A zone as one file: taken out whole with the contents of its files, put in elsewhere, removed.
use crate::attachment::Vault;
use crate::{Desk, DeskError, Zone};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::io::{BufRead, Write};
use std::path::PathBuf;
use store::{ArchiveReader, ArchiveWriter, Hash};

impl Desk {
    /// Writes a zone as it stands at one moment, and the contents of its files.
    ///
    /// # Errors
    /// [`DeskError`]; what was written then is no whole archive.
    pub async fn zone_export<W: Write>(&self, zone: &Zone, out: W) -> Result<W, DeskError> {
        let mut archive = ArchiveWriter::new(out);
        // Contents stay as long as a row names them: those that the rows of that moment name are there now.
        for hash in self.store.zone_export(zone, &mut archive).await? {
            let vault = self.vault.as_deref().ok_or(DeskError::NoFiles)?;
            archive.content(&hash, &vault.read(&hash).await?)?;
        }
        Ok(archive.finish()?)
    }

    /// Puts a zone in that was taken out here or elsewhere, whole or not at all, and answers its key.
    ///
    /// # Errors
    /// [`DeskError`]; contents that came before it stay and harm nothing.
    pub async fn zone_import<R: BufRead>(&self, from: R) -> Result<String, DeskError> {
        let keep = |hash, bytes: Vec<u8>| async move {
            let vault = self.vault.as_deref().ok_or_else(|| std::io::Error::other(DeskError::NoFiles))?;
            vault.adopt(self.surroundings.id(), hash, &bytes).await
        };
        Ok(self.store.zone_import(&mut ArchiveReader::new(from), keep).await?)
    }

    /// Looks for the contents that a zone's rows name; answers how many there are, and what is wrong with which.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn contents_check(&self, zone: &Zone) -> Result<(usize, Vec<String>), DeskError> {
        let vault = self.vault.as_deref().ok_or(DeskError::NoFiles)?;
        let contents = self.store.content_list(zone.id).await?;
        let mut findings = Vec::new();
        for hash in &contents {
            let place = vault.place(hash);
            match vault.read(hash).await {
                Ok(bytes) if Sha256::digest(&bytes)[..] == *hash => {}
                Ok(_) => findings.push(format!("{} is not what it is named by", place.display())),
                Err(error) => findings.push(format!("{}: {error}", place.display())),
            }
        }
        Ok((contents.len(), findings))
    }
}

/// Removes contents that no zone names any more from the folder where they lie, and answers how many were left: one
/// that came a moment ago may be about to be named by another zone.
///
/// # Errors
/// What the file system says.
pub async fn contents_remove(
    folder: PathBuf,
    contents: impl IntoIterator<Item = Hash>,
    now: Timestamp,
) -> Result<usize, DeskError> {
    let vault = Vault::new(folder);
    let mut left = 0;
    for hash in contents {
        left += usize::from(!vault.remove(&hash, now).await?);
    }
    Ok(left)
}
