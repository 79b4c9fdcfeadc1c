//! Connections (Relay Cursor Connections). One macro makes them all, and every type and field says what it is.
use super::case::Case;
use super::company::{Company, CompanyFact};
use super::event::Event;
use super::fit::PolicyFit;
use super::gate::{broken, caller, desk};
use super::loader::company::{FitCountOf, FitsFor, HistoryCountOf};
use super::loader::{NoteCountOf, load};
use super::mail::Mail;
use super::note::Note;
use super::policy::Policy;
use async_graphql::connection::PageInfo;
use async_graphql::{Context, Object, Result, SimpleObject};
use desk::{CaseFilter, CompanyFilter, FitFilter, MailFilter};
use workflow::CaseId;

macro_rules! connection {
    ($(#[$doc:meta])* $connection:ident, $edge:ident, $node:ty, $context:ty, {$($more:tt)*}) => {
        $(#[$doc])*
        pub struct $connection {
            pub(super) edges: Vec<(String, $node)>,
            pub(super) has_previous: bool,
            pub(super) has_next: bool,
            /// What further fields need.
            pub(super) context: $context,
        }

        /// A row of a page with its cursor.
        #[derive(SimpleObject)]
        pub struct $edge<'a> {
            /// The row's cursor, for `after` and `before`.
            cursor: &'a str,
            /// The row.
            node: &'a $node,
        }

        $(#[$doc])*
        #[Object]
        impl $connection {
            /// The rows with their cursors.
            async fn edges(&self) -> Vec<$edge<'_>> {
                self.edges.iter().map(|(cursor, node)| $edge { cursor, node }).collect()
            }

            /// The rows alone.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|(_, node)| node).collect()
            }

            /// What lies before and after the page.
            async fn page_info(&self) -> PageInfo {
                PageInfo {
                    has_previous_page: self.has_previous,
                    has_next_page: self.has_next,
                    start_cursor: self.edges.first().map(|(cursor, _)| cursor.clone()),
                    end_cursor: self.edges.last().map(|(cursor, _)| cursor.clone()),
                }
            }

            $($more)*
        }
    };
}

connection!(
    /// A page of cases.
    CaseConnection, CaseEdge, Case, CaseFilter,
    {
        /// How many cases the filter finds in all.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            desk(ctx)?.case_count(caller(ctx)?, &self.context).await.map_err(broken)
        }
    }
);

connection!(
    /// A page of a case's history.
    EventConnection, EventEdge, Event, i64,
    {
        /// How many events the case has in all.
        async fn total_count(&self) -> i64 {
            self.context
        }
    }
);

connection!(
    /// A page of a case's notes.
    NoteConnection, NoteEdge, Note, CaseId,
    {
        /// How many notes the case has in all, of those that the caller may read.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            Ok(load(ctx, NoteCountOf(self.context)).await?.unwrap_or_default())
        }
    }
);

connection!(
    /// A page of mails.
    MailConnection, MailEdge, Mail, MailFilter,
    {
        /// How many mails the filter finds in all.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            desk(ctx)?.mail_count(caller(ctx)?, &self.context).await.map_err(broken)
        }
    }
);

connection!(
    /// A page of companies.
    CompanyConnection, CompanyEdge, Company, CompanyFilter,
    {
        /// How many companies the filter finds in all.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            desk(ctx)?.company_count(caller(ctx)?, &self.context).await.map_err(broken)
        }
    }
);

connection!(
    /// A page of what was ever stated of a company.
    FactConnection, FactEdge, CompanyFact, HistoryCountOf,
    {
        /// How much there is in all.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            Ok(load(ctx, self.context.clone()).await?.unwrap_or_default())
        }
    }
);

connection!(
    /// A page of what policies say of companies.
    FitConnection, FitEdge, PolicyFit, (FitsFor, FitFilter),
    {
        /// How many the filter finds in all.
        async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
            let (of, filter) = self.context.clone();
            Ok(load(ctx, FitCountOf { of, filter }).await?.unwrap_or_default())
        }
    }
);

connection!(
    /// A page of policies.
    PolicyConnection, PolicyEdge, Policy, usize,
    {
        /// How many the filter finds in all.
        async fn total_count(&self) -> usize {
            self.context
        }
    }
);
