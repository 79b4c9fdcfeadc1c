//! The cases that a case has to do with, as far as the caller may see them.
use crate::{Caller, CaseView, Desk, DeskError, StoredCase};
use workflow::{CaseId, Key, PARENT, Text};

/// Another case that a case has to do with.
#[derive(Debug, Clone)]
pub struct LinkView {
    /// The link.
    pub key: Key,
    /// What people call it.
    pub title: Text,
    /// Whether the other case points to this one.
    pub inbound: bool,
    /// The other case.
    pub case: CaseView,
}

impl Desk {
    /// The case that spawned this one.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn parent(&self, caller: &Caller, case: &CaseView) -> Result<Option<CaseView>, DeskError> {
        match case.stored.case.links.get(PARENT) {
            Some(parent) => self.case_find(caller, *parent).await,
            None => Ok(None),
        }
    }

    /// The cases that this one spawned, oldest first.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn children(&self, caller: &Caller, case: &CaseView) -> Result<Vec<CaseView>, DeskError> {
        let children = self.store.linked_list(&self.viewer(caller), case.stored.id, PARENT).await?;
        children.into_iter().map(|stored| self.view(stored)).collect()
    }

    /// The cases that this one points to, and those that point to it.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn links(&self, caller: &Caller, case: &CaseView) -> Result<Vec<LinkView>, DeskError> {
        let mut links = vec![];
        for (key, title) in &case.definition.links {
            let view = |inbound: bool, stored: StoredCase| {
                let case = self.view(stored)?;
                Ok::<_, DeskError>(LinkView { key: key.clone(), title: title.clone(), inbound, case })
            };
            let target: Option<&CaseId> = case.stored.case.links.get(key);
            if let Some(target) = target
                && let Some(stored) = self.store.case_find(&self.viewer(caller), *target).await?
            {
                links.push(view(false, stored)?);
            }
            for stored in self.store.linked_list(&self.viewer(caller), case.stored.id, key).await? {
                links.push(view(true, stored)?);
            }
        }
        Ok(links)
    }

    /// The light that a case shows now: its key, title and colour.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn light(
        &self,
        caller: &Caller,
        case: &CaseView,
    ) -> Result<Option<(Key, Text, String)>, DeskError> {
        let circumstances = self.circumstances(caller.zone, &case.definition, Some(&case.stored)).await?;
        let light = workflow::engine::light(&case.definition, &case.stored.case, circumstances.world());
        Ok(light.map(|(key, light)| (key.clone(), light.title.clone(), light.color.to_string())))
    }
}
