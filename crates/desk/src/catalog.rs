//! The processes the desk runs: every version that a case may still be pinned to.
use std::collections::BTreeMap;
use std::sync::Arc;
use workflow::{Definition, Finding, Vocabulary};

/// Checked definitions by process and version.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    definitions: BTreeMap<Arc<str>, BTreeMap<u32, Arc<Definition>>>,
}

/// A definition that cannot be taken into the catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It does not pass its check.
    #[error("{file} has {} findings, the first: {}", findings.len(), findings.first().map(ToString::to_string).unwrap_or_default())]
    Faulty {
        /// Where it came from.
        file: String,
        /// All of them.
        findings: Vec<Finding>,
    },
    /// Its process and version are taken.
    #[error("{file} defines {process} v{version}, which another file defines already")]
    Twice {
        /// Where it came from.
        file: String,
        /// The process.
        process: Arc<str>,
        /// The version.
        version: u32,
    },
}

impl Catalog {
    /// Checks the definitions the program was built with.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub fn shipped(vocabulary: &Vocabulary) -> Result<Self, CatalogError> {
        let mut catalog = Self::default();
        for (file, text) in workflow::library::shipped() {
            catalog.add(file, text, vocabulary)?;
        }
        Ok(catalog)
    }

    /// Checks one definition and takes it in.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub fn add(&mut self, file: &str, text: &str, vocabulary: &Vocabulary) -> Result<(), CatalogError> {
        let definition = Definition::parse(text, vocabulary)
            .map_err(|findings| CatalogError::Faulty { file: file.to_owned(), findings })?;
        let (process, version) = (definition.process.clone(), definition.version);
        let versions = self.definitions.entry(process.clone()).or_default();
        if versions.insert(version, Arc::new(definition)).is_some() {
            return Err(CatalogError::Twice { file: file.to_owned(), process, version });
        }
        Ok(())
    }

    /// The version a case is pinned to.
    #[must_use]
    pub fn find(&self, process: &str, version: u32) -> Option<&Arc<Definition>> {
        self.definitions.get(process)?.get(&version)
    }

    /// The version new cases are opened under.
    #[must_use]
    pub fn newest(&self, process: &str) -> Option<&Arc<Definition>> {
        self.definitions.get(process)?.values().next_back()
    }

    /// The newest version of every process.
    pub fn processes(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.definitions.values().filter_map(|versions| versions.values().next_back())
    }

    /// Every version of every process.
    pub fn versions(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.definitions.values().flat_map(BTreeMap::values)
    }
}
