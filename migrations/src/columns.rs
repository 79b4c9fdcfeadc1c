//! The few kinds of column there are, and keys that lead with the zone.
use sea_orm_migration::prelude::*;

/// A column of one kind, required.
pub(crate) type Column = fn(&'static str) -> ColumnDef;

pub(crate) fn id(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}

pub(crate) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// Microseconds since 1970, UTC.
pub(crate) fn instant(name: &'static str) -> ColumnDef {
    number(name)
}

/// The same column, where a row may do without.
pub(crate) fn optional(column: Column, name: &'static str) -> ColumnDef {
    column(name).null().take()
}

/// Text that is compared byte by byte on both databases: PostgreSQL's locale must not change an order.
pub(crate) fn ordered_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = text(name);
    if manager.get_database_backend() == sea_orm::DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// A table whose rows belong to a zone: it starts with `zone_id`, and its key starts with it.
pub(crate) fn zoned(table: &'static str, key: &[&'static str]) -> TableCreateStatement {
    let mut primary = Index::create();
    primary.col("zone_id");
    for column in key {
        primary.col(*column);
    }
    Table::create().table(table).col(id("zone_id")).primary_key(&mut primary).take()
}

/// `(zone_id, column)` must be the `(zone_id, id)` of `target`.
pub(crate) fn refers(
    table: &'static str,
    column: &'static str,
    target: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_exists"))
        .from(table, ("zone_id", column))
        .to(target, ("zone_id", "id"))
        .take()
}

/// `zone_id` must be a zone.
pub(crate) fn in_zone(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(format!("{table}_zone_exists")).from(table, "zone_id").to("zone", "id").take()
}

/// An index named `table_first_second`, led by the zone.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("{table}_{}", columns.join("_"))).table(table).col("zone_id");
    for column in columns {
        index.col(*column);
    }
    index
}

/// The same, and no two rows of a zone may agree in it.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().take()
}
