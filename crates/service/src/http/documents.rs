//! Persisted documents: those that are known beforehand, asked for by the SHA-256 of their text.

use super::document;
use super::parameters::Parameters;
use super::refusal::Refusal;
use serde_json::Map;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The documents that are known beforehand, and whether others are answered too.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    known: HashMap<String, String>,
    alone: bool,
}

/// Why a document is not taken among the known ones.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DocumentError {
    /// It would be refused whenever it is asked for.
    #[error("this document would never be answered: {0}")]
    Refused(Refusal),
}

impl Documents {
    /// Answers the known documents and no others.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// Adds a document and answers its id.
    ///
    /// # Errors
    /// [`DocumentError`] for what is over a limit or does not parse.
    pub fn add(&mut self, text: String) -> Result<String, DocumentError> {
        let asked = Parameters { query: text.clone(), operation_name: None, variables: Map::new() };
        match document::prepare(asked, true) {
            // Several operations in one document are told apart by `operationName` when they are asked for.
            Ok(_) | Err(Refusal::OperationNotNamed) => {}
            Err(refusal) => return Err(DocumentError::Refused(refusal)),
        }
        let id = id(&text);
        self.known.insert(id.clone(), text);
        Ok(id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The text that is asked for: of a known document by its id, or any other where others are answered.
    pub(super) fn resolve(&self, query: Option<String>, id: Option<&str>) -> Result<String, Refusal> {
        match (query, id) {
            (Some(_), Some(_)) => Err(Refusal::Malformed("give `query` or `documentId`, not both".into())),
            (None, None) => Err(Refusal::Malformed("`query` must be a string".into())),
            (None, Some(id)) => self.known.get(id).cloned().ok_or(Refusal::DocumentUnknown),
            (Some(query), None) if self.alone && !self.known.contains_key(&self::id(&query)) => {
                Err(Refusal::DocumentRequired)
            }
            (Some(query), None) => Ok(query),
        }
    }
}

/// The id of a document, as the GraphQL-over-HTTP draft writes it.
fn id(text: &str) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests;
