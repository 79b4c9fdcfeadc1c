//! The first tables: zones and who is in them, cases with their history, and what leaves or wakes up later.
use crate::columns::{
    bytes, id, in_zone, index, instant, number, optional, ordered_text, refers, text, unique, zoned,
};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        people(manager).await?;
        sign_in(manager).await?;
        calendars(manager).await?;
        cases(manager).await?;
        settings(manager).await?;
        history(manager).await?;
        outbox(manager).await?;
        timers(manager).await
    }
}

async fn people(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut zone = Table::create().table("zone").col(id("id").primary_key().take()).take();
    zone.col(text("key").unique_key().take()).col(text("name")).col(instant("created_at"));
    manager.create_table(zone).await?;

    let mut unit = zoned("unit", &["id"]);
    unit.col(id("id")).col(text("key")).col(text("name")).foreign_key(&mut in_zone("unit"));
    manager.create_table(unit).await?;
    manager.create_index(unique("unit", &["key"])).await?;

    let mut company = zoned("company", &["id"]);
    company.col(id("id")).col(ordered_text(manager, "name")).col(optional(text, "credit_code"));
    company.col(text("facts")).foreign_key(&mut in_zone("company"));
    manager.create_table(company).await?;
    manager.create_index(unique("company", &["credit_code"])).await?;
    manager.create_index(index("company", &["name", "id"])).await?;

    let mut person = zoned("person", &["id"]);
    person.col(id("id")).col(text("login")).col(text("name")).col(optional(text, "email"));
    person.col(text("language").check(Expr::col("language").is_in(["zh", "en"])).take());
    person.col(optional(id, "unit_id")).col(optional(id, "company_id")).col(text("password_hash"));
    person.foreign_key(&mut in_zone("person"));
    person.foreign_key(&mut refers("person", "unit_id", "unit"));
    person.foreign_key(&mut refers("person", "company_id", "company"));
    manager.create_table(person).await?;
    manager.create_index(unique("person", &["login"])).await?;
    manager.create_index(index("person", &["unit_id"])).await?;
    manager.create_index(index("person", &["company_id"])).await?;

    let mut role = zoned("person_role", &["person_id", "role"]);
    role.col(id("person_id")).col(text("role"));
    role.foreign_key(&mut refers("person_role", "person_id", "person"));
    manager.create_table(role).await?;
    manager.create_index(index("person_role", &["role", "person_id"])).await
}

/// A session is found before its zone is known: the token alone is the key of this one table.
async fn sign_in(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut session = Table::create().table("session").col(bytes("token_hash").primary_key().take()).take();
    session.col(id("zone_id")).col(id("person_id")).col(instant("created_at")).col(instant("expires_at"));
    session.foreign_key(&mut refers("session", "person_id", "person"));
    manager.create_table(session).await?;
    manager.create_index(index("session", &["expires_at"])).await
}

async fn calendars(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut calendar = zoned("calendar", &["digest"]);
    calendar.col(text("digest")).col(text("csv")).col(instant("imported_at"));
    calendar.foreign_key(&mut in_zone("calendar"));
    manager.create_table(calendar).await?;
    manager.create_index(index("calendar", &["imported_at"])).await?;

    let mut counter = zoned("counter", &["name"]);
    counter.col(text("name")).col(number("value")).foreign_key(&mut in_zone("counter"));
    manager.create_table(counter).await
}

async fn cases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let phases = ["received", "active", "waiting", "answered", "done", "dropped"];
    let mut case = zoned("case_file", &["id"]);
    case.col(id("id"));
    case.col(ordered_text(manager, "number").check(Expr::col("number").ne("")).take());
    case.col(ordered_text(manager, "title"));
    case.col(number("seq").check(Expr::col("seq").gt(0)).take()).col(bytes("head"));
    case.col(text("phase").check(Expr::col("phase").is_in(phases)).take());
    case.col(text("process")).col(number("version")).col(optional(id, "company_id"));
    // Whether the company sees it: a task that one unit does for another is about a company and not for it.
    case.col(ColumnDef::new("shared").boolean().not_null()).col(optional(id, "opener_id")).col(text("body"));
    case.col(instant("opened_at")).col(instant("updated_at")).col(optional(instant, "closed_at"));
    case.col(optional(instant, "due_at")).col(ColumnDef::new("undated").boolean().not_null());
    case.foreign_key(&mut refers("case_file", "company_id", "company"));
    case.foreign_key(&mut refers("case_file", "opener_id", "person"));
    manager.create_table(case).await?;
    manager.create_index(unique("case_file", &["number"])).await?;
    manager.create_index(index("case_file", &["opened_at", "id"])).await?;
    manager.create_index(index("case_file", &["updated_at", "id"])).await?;
    manager.create_index(index("case_file", &["due_at", "id"])).await?;
    manager.create_index(index("case_file", &["company_id", "opened_at", "id"])).await?;
    manager.create_index(index("case_file", &["phase", "opened_at", "id"])).await?;
    manager.create_index(index("case_file", &["opener_id", "opened_at", "id"])).await?;
    let open =
        index("case_file", &["id"]).name("case_file_open").and_where(Expr::col("closed_at").is_null()).take();
    manager.create_index(open).await?;

    let mut assignment = zoned("case_assignment", &["case_id", "role"]);
    assignment
        .col(id("case_id"))
        .col(text("role"))
        .col(optional(id, "unit_id"))
        .col(optional(id, "person_id"));
    assignment.check(Expr::col("unit_id").is_not_null().or(Expr::col("person_id").is_not_null()));
    assignment.foreign_key(&mut refers("case_assignment", "case_id", "case_file"));
    assignment.foreign_key(&mut refers("case_assignment", "unit_id", "unit"));
    assignment.foreign_key(&mut refers("case_assignment", "person_id", "person"));
    manager.create_table(assignment).await?;
    manager.create_index(index("case_assignment", &["unit_id", "case_id"])).await?;
    manager.create_index(index("case_assignment", &["person_id", "case_id"])).await?;

    let mut link = zoned("case_link", &["case_id", "link"]);
    link.col(id("case_id")).col(text("link")).col(id("target_id"));
    link.foreign_key(&mut refers("case_link", "case_id", "case_file"));
    link.foreign_key(&mut refers("case_link", "target_id", "case_file"));
    manager.create_table(link).await?;
    manager.create_index(index("case_link", &["target_id", "link", "case_id"])).await
}

/// What a zone has otherwise than the program: limits, processes of its own, and who is away.
async fn settings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut limit = zoned("zone_limit", &["process", "name"]);
    limit.col(text("process")).col(text("name")).col(text("value"));
    limit.col(instant("set_at")).col(optional(id, "set_by"));
    limit.foreign_key(&mut in_zone("zone_limit"));
    limit.foreign_key(&mut refers("zone_limit", "set_by", "person"));
    manager.create_table(limit).await?;

    let mut definition = zoned("definition", &["process", "version"]);
    definition.col(text("process")).col(number("version")).col(text("digest")).col(text("text"));
    definition.col(instant("published_at")).col(optional(id, "published_by"));
    definition.foreign_key(&mut in_zone("definition"));
    definition.foreign_key(&mut refers("definition", "published_by", "person"));
    manager.create_table(definition).await?;

    let mut absence = zoned("absence", &["person_id", "from_at"]);
    absence.col(id("person_id")).col(instant("from_at")).col(instant("to_at"));
    absence.col(optional(id, "substitute_id"));
    absence.check(Expr::col("from_at").lt(Expr::col("to_at")));
    absence.foreign_key(&mut refers("absence", "person_id", "person"));
    absence.foreign_key(&mut refers("absence", "substitute_id", "person"));
    manager.create_table(absence).await?;
    manager.create_index(index("absence", &["to_at"])).await
}

async fn history(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut event = zoned("case_event", &["case_id", "seq"]);
    event.col(id("case_id")).col(number("seq")).col(instant("at")).col(optional(id, "actor_id"));
    event.col(text("action")).col(text("entry")).col(bytes("previous")).col(bytes("hash"));
    event.foreign_key(&mut refers("case_event", "case_id", "case_file"));
    event.foreign_key(&mut refers("case_event", "actor_id", "person"));
    manager.create_table(event).await?;

    let mut idempotency = zoned("idempotency", &["person_id", "key"]);
    idempotency.col(id("person_id")).col(text("key")).col(bytes("request_hash"));
    idempotency.col(id("case_id")).col(number("seq"));
    idempotency.foreign_key(&mut refers("idempotency", "person_id", "person"));
    manager.create_table(idempotency).await
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let states = ["queued", "sent", "dead"];
    let mut outbox = zoned("outbox", &["id"]);
    outbox.col(id("id")).col(optional(id, "case_id")).col(number("seq")).col(text("template"));
    outbox.col(optional(id, "recipient_id")).col(text("address")).col(text("name"));
    outbox.col(text("language").check(Expr::col("language").is_in(["zh", "en"])).take());
    outbox.col(text("context")).col(instant("created_at"));
    outbox.col(text("state").check(Expr::col("state").is_in(states)).take());
    outbox.col(number("attempts")).col(instant("next_at")).col(optional(text, "worker"));
    outbox.col(optional(instant, "leased_until")).col(number("generation"));
    outbox.col(optional(instant, "sent_at")).col(optional(text, "error"));
    outbox.foreign_key(&mut refers("outbox", "case_id", "case_file"));
    outbox.foreign_key(&mut refers("outbox", "recipient_id", "person"));
    manager.create_table(outbox).await?;
    let mut queued = index("outbox", &["next_at", "id"]);
    manager
        .create_index(queued.name("outbox_queued").and_where(Expr::col("state").eq("queued")).take())
        .await?;
    manager.create_index(index("outbox", &["case_id", "seq"])).await
}

async fn timers(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut timer = zoned("timer", &["case_id", "name"]);
    timer.col(id("case_id")).col(text("name")).col(instant("due_at"));
    timer.foreign_key(&mut refers("timer", "case_id", "case_file"));
    manager.create_table(timer).await?;
    manager.create_index(index("timer", &["due_at", "case_id"])).await
}
