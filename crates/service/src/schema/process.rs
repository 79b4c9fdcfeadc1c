//! Processes: what can be asked for here, and how it goes.
use super::action::AvailableAction;
use super::gate::{broken, caller, desk, language};
use async_graphql::{Context, Object, Result, SimpleObject};
use desk::{ActionView, LimitView};
use std::sync::Arc;
use workflow::Definition;

/// A named limit of a process, as it counts in the zone.
#[derive(SimpleObject)]
pub struct ProcessLimit {
    /// Its name.
    key: String,
    /// What people call it.
    title: String,
    /// What counts: `5wd` working days, `12wh` working hours, `90wm` working minutes, `2h` hours, `30m` minutes.
    value: String,
    /// What the definition says, where the zone sets nothing else.
    shipped: String,
}

pub(super) async fn limits(ctx: &Context<'_>, definition: &Definition) -> Result<Vec<ProcessLimit>> {
    let limits = desk(ctx)?.limits(caller(ctx)?, definition).await.map_err(broken)?;
    let shown = |limit: LimitView| ProcessLimit {
        key: limit.key.to_string(),
        title: limit.title.get(language(ctx)).to_owned(),
        value: limit.value.to_string(),
        shipped: limit.shipped.to_string(),
    };
    Ok(limits.into_iter().map(shown).collect())
}

/// A process the desk runs, in one version.
pub struct Process(pub(super) Arc<Definition>);

/// A process the desk runs, in one version.
#[Object]
impl Process {
    /// Its key, for `caseOpen`.
    async fn key(&self) -> &str {
        &self.0.process
    }

    /// Its version.
    async fn version(&self) -> u32 {
        self.0.version
    }

    /// What people call it.
    async fn title(&self, ctx: &Context<'_>) -> &str {
        self.0.title.get(language(ctx))
    }

    /// What it is for.
    async fn summary(&self, ctx: &Context<'_>) -> Option<&str> {
        self.0.summary.as_ref().map(|summary| summary.get(language(ctx)))
    }

    /// What opening a case of it asks.
    async fn opening(&self) -> Option<AvailableAction> {
        let (key, action) = self.0.opening()?;
        Some(AvailableAction(ActionView {
            key: key.clone(),
            action: action.clone(),
            definition: self.0.clone(),
            blocked: None,
        }))
    }

    /// Its named limits, as they count in the zone.
    async fn limits(&self, ctx: &Context<'_>) -> Result<Vec<ProcessLimit>> {
        limits(ctx, &self.0).await
    }

    /// Its states and actions as a Mermaid state diagram.
    async fn diagram(&self, ctx: &Context<'_>) -> String {
        workflow::diagram::mermaid(&self.0, language(ctx))
    }
}
