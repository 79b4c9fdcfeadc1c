//! Processes: what can be asked for here, and how it goes.
use super::action::AvailableAction;
use super::gate::language;
use async_graphql::{Context, Object};
use desk::ActionView;
use std::sync::Arc;
use workflow::Definition;

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

    /// Its states and actions as a Mermaid state diagram.
    async fn diagram(&self, ctx: &Context<'_>) -> String {
        workflow::diagram::mermaid(&self.0, language(ctx))
    }
}
