//! A zone as one file: taken out whole with the contents of its files, put in elsewhere, removed.
use crate::attachment::Vault;
use crate::{Desk, DeskError, Zone};
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
}

/// Removes contents that no zone names any more from the folder where they lie.
///
/// # Errors
/// What the file system says.
pub async fn contents_remove(
    folder: PathBuf,
    contents: impl IntoIterator<Item = Hash>,
) -> Result<(), DeskError> {
    let vault = Vault::new(folder);
    for hash in contents {
        vault.remove(&hash).await?;
    }
    Ok(())
}
