//! Every change of the tables, in order. Only `store` imports it.
//!
//! Forward only: there is no way down, a mistake is mended by the next migration. A released migration is never
//! edited. Nothing here names a type of `store`, so that the past does not move when the present does.
//!
//! Every key leads with the zone, and every foreign key carries it, so that a row can only refer to its own zone.
//! Instants are microseconds UTC in a big integer, words are text, JSON is the text that was written: `jsonb` would
//! reorder it, and history hashes it.

mod columns;
mod m20261123_000001_first;
mod m20261123_000002_daily_verbs;
mod m20261123_000003_revision;
mod m20261123_000004_people;
mod m20261123_000005_mail;
mod m20261123_000006_people;
mod m20261123_000007_company;
mod m20261123_000008_admission;
mod m20261123_000014_company_import;

use sea_orm_migration::prelude::*;

/// Runs the migrations. The caller holds the lock: this takes none.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_first::Migration),
            Box::new(m20261123_000002_daily_verbs::Migration),
            Box::new(m20261123_000003_revision::Migration),
            Box::new(m20261123_000004_people::Migration),
            Box::new(m20261123_000005_mail::Migration),
            Box::new(m20261123_000006_people::Migration),
            Box::new(m20261123_000007_company::Migration),
            Box::new(m20261123_000008_admission::Migration),
            Box::new(m20261123_000014_company_import::Migration),
        ]
    }
}
