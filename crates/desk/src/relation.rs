//! The cases that a case has to do with, as far as the caller may see them.
use crate::circumstances::Circumstances;
use crate::{Caller, CaseView, Desk, DeskError, StoredCase};
use std::collections::{BTreeSet, HashMap};
use store::Pointing;
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

impl CaseView {
    /// The case that spawned this one, if one did; whether the caller may see it is another question.
    #[must_use]
    pub fn parent(&self) -> Option<CaseId> {
        self.stored.case.links.get(PARENT).copied()
    }
}

/// A light of a case: its key, title and colour.
pub type Light = (Key, Text, String);

impl Desk {
    /// The cases that each of these spawned, oldest first; a case that spawned none is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn children(
        &self,
        caller: &Caller,
        cases: &[CaseId],
    ) -> Result<HashMap<CaseId, Vec<CaseView>>, DeskError> {
        let mut children: HashMap<CaseId, Vec<CaseView>> = HashMap::new();
        for Pointing { target, case, .. } in
            self.store.pointing_batch(&self.viewer(caller), cases, Some(PARENT)).await?
        {
            children.entry(target).or_default().push(self.view(case)?);
        }
        Ok(children)
    }

    /// The cases that each of these points to, and those that point to it, by link in the order of its definition.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn links(
        &self,
        caller: &Caller,
        cases: &[&CaseView],
    ) -> Result<HashMap<CaseId, Vec<LinkView>>, DeskError> {
        let viewer = self.viewer(caller);
        let ids: Vec<CaseId> = cases.iter().map(|case| case.stored.id).collect();
        let inbound = self.store.pointing_batch(&viewer, &ids, None).await?;
        let outbound = cases.iter().flat_map(|case| {
            case.definition.links.keys().filter_map(|key| case.stored.case.links.get(key).copied())
        });
        let outbound: BTreeSet<CaseId> = outbound.collect();
        let outbound = self.store.case_batch(&viewer, &outbound.into_iter().collect::<Vec<_>>()).await?;
        let outbound: HashMap<CaseId, StoredCase> =
            outbound.into_iter().map(|case| (case.id, case)).collect();
        let mut all = HashMap::new();
        for case in cases {
            let mut links = vec![];
            for (key, title) in &case.definition.links {
                let view = |inbound: bool, stored: &StoredCase| {
                    let case = self.view(stored.clone())?;
                    Ok::<_, DeskError>(LinkView { key: key.clone(), title: title.clone(), inbound, case })
                };
                let target = case.stored.case.links.get(key).and_then(|target| outbound.get(target));
                if let Some(target) = target {
                    links.push(view(false, target)?);
                }
                let here = |one: &&Pointing| one.target == case.stored.id && one.link == **key;
                for one in inbound.iter().filter(here) {
                    links.push(view(true, &one.case)?);
                }
            }
            all.insert(case.stored.id, links);
        }
        Ok(all)
    }

    /// The lights that cases show now; a case that shows none is left out.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn lights(
        &self,
        caller: &Caller,
        cases: &[&CaseView],
    ) -> Result<HashMap<CaseId, Light>, DeskError> {
        let circumstances = self.circumstances_batch(caller.zone, cases).await?;
        let light = |(case, circumstances): (&&CaseView, &Circumstances)| {
            let (key, light) =
                workflow::engine::light(&case.definition, &case.stored.case, circumstances.world())?;
            Some((case.stored.id, (key.clone(), light.title.clone(), light.color.to_string())))
        };
        Ok(cases.iter().zip(&circumstances).filter_map(light).collect())
    }
}
