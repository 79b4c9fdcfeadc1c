//! The folder of persisted documents.
use crate::parts::Failure;
use service::Documents;
use std::path::Path;

/// Reads every `*.graphql` of a folder; one that would never be answered keeps the program from starting.
pub(super) fn read(folder: &Path) -> Result<Documents, Failure> {
    let named =
        |path: &Path, error: &dyn std::fmt::Display| Failure::from(format!("{}: {error}", path.display()));
    let mut documents = Documents::default();
    for entry in std::fs::read_dir(folder).map_err(|error| named(folder, &error))? {
        let path = entry.map_err(|error| named(folder, &error))?.path();
        if path.extension().is_some_and(|extension| extension == "graphql") {
            let text = std::fs::read_to_string(&path).map_err(|error| named(&path, &error))?;
            let id = documents.add(text).map_err(|error| named(&path, &error))?;
            tracing::info!(file = %path.display(), id, "a document is known");
        }
    }
    if documents.is_empty() {
        return Err(named(folder, &"there is no *.graphql in it"));
    }
    Ok(documents)
}
