//! The processes the desk runs: every version that a case may still be pinned to.
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use workflow::{Definition, Finding, Key, RoleKind, Vocabulary, ZoneId};

/// Checked definitions by process and version: those the program ships, and those that zones published.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    shipped: Versions,
    published: BTreeMap<ZoneId, Versions>,
}

type Versions = BTreeMap<Key, BTreeMap<u32, Arc<Definition>>>;

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
        process: Key,
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
            let definition = checked(file, text, vocabulary)?;
            add(&mut catalog.shipped, file, definition)?;
        }
        Ok(catalog)
    }

    /// Takes in a definition that a zone published.
    ///
    /// # Errors
    /// [`CatalogError`].
    pub fn publish(
        &mut self,
        zone: ZoneId,
        file: &str,
        text: &str,
        vocabulary: &Vocabulary,
    ) -> Result<(), CatalogError> {
        let definition = checked(file, text, vocabulary)?;
        add(self.published.entry(zone).or_default(), file, definition)
    }

    /// The version a case is pinned to.
    #[must_use]
    pub fn find(&self, zone: ZoneId, process: &str, version: u32) -> Option<&Arc<Definition>> {
        self.versions(zone, process).find(|definition| definition.version == version)
    }

    /// The version new cases are opened under.
    #[must_use]
    pub fn newest(&self, zone: ZoneId, process: &str) -> Option<&Arc<Definition>> {
        self.versions(zone, process).max_by_key(|definition| definition.version)
    }

    /// Every version of a process; where the zone and the program have the same one, the zone's comes first.
    fn versions(&self, zone: ZoneId, process: &str) -> impl Iterator<Item = &Arc<Definition>> {
        let published = self.published.get(&zone).and_then(|published| published.get(process));
        [published, self.shipped.get(process)].into_iter().flatten().flat_map(BTreeMap::values)
    }

    /// The newest version of every process, by name.
    pub fn processes(&self, zone: ZoneId) -> impl Iterator<Item = &Arc<Definition>> {
        let published = self.published.get(&zone);
        let names: BTreeSet<&Key> =
            published.iter().flat_map(|versions| versions.keys()).chain(self.shipped.keys()).collect();
        names.into_iter().filter_map(move |process| self.newest(zone, process))
    }

    /// Every version that the program ships, of every process.
    pub fn shipped_versions(&self) -> impl Iterator<Item = &Arc<Definition>> {
        self.shipped.values().flat_map(BTreeMap::values)
    }

    /// The processes in which one of these roles may act on any case.
    pub(crate) fn held(&self, zone: ZoneId, roles: &[String]) -> Vec<Key> {
        let holds = |definition: &&Arc<Definition>| {
            roles.iter().any(|role| {
                definition.roles.get(role.as_str()).is_some_and(|role| role.kind == RoleKind::Holder)
            })
        };
        self.processes(zone).filter(holds).map(|definition| definition.process.clone()).collect()
    }

    /// Every role that people are given for the sake of a process.
    pub(crate) fn roles(&self, zone: ZoneId) -> BTreeSet<Key> {
        let given = |definition: &Arc<Definition>| -> Vec<Key> {
            let roles = definition.roles.iter().filter(|(key, _)| definition.is_given(key));
            roles.filter(|(_, role)| role.kind != RoleKind::Applicant).map(|(key, _)| key.clone()).collect()
        };
        self.processes(zone).flat_map(given).collect()
    }
}

fn checked(file: &str, text: &str, vocabulary: &Vocabulary) -> Result<Definition, CatalogError> {
    let definition = Definition::parse(text, vocabulary);
    let mut definition =
        definition.map_err(|findings| CatalogError::Faulty { file: file.to_owned(), findings })?;
    crate::personal::mark(&mut definition);
    Ok(definition)
}

fn add(versions: &mut Versions, file: &str, definition: Definition) -> Result<(), CatalogError> {
    let (process, version) = (definition.process.clone(), definition.version);
    if versions.entry(process.clone()).or_default().insert(version, Arc::new(definition)).is_some() {
        return Err(CatalogError::Twice { file: file.to_owned(), process, version });
    }
    Ok(())
}
