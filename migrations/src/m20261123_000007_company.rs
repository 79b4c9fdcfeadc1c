//! The company file and what policies say of it: facts with their origin, how a company is looked after, the policies
//! of a zone, and which company fits which policy.
use crate::columns::{
    bytes, flag, id, in_zone, index, instant, number, optional, ordered_text, refers, text, zoned,
};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        companies(manager).await?;
        facts(manager).await?;
        policies(manager).await
    }
}

/// How a company is looked after. Its facts are rows from here on; what lay in its one column of them stays, read by
/// nobody.
async fn companies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut place = Table::alter().table("company").take();
    manager.alter_table(place.add_column(optional(text, "place")).take()).await?;
    manager.create_index(index("company", &["place", "id"])).await?;

    let mut tag = zoned("company_tag", &["company_id", "tag"]);
    tag.col(id("company_id")).col(ordered_text(manager, "tag"));
    tag.foreign_key(&mut refers("company_tag", "company_id", "company"));
    manager.create_table(tag).await?;
    manager.create_index(index("company_tag", &["tag", "company_id"])).await?;

    let mut specialist = zoned("company_specialist", &["company_id"]);
    specialist.col(id("company_id")).col(id("person_id"));
    specialist.foreign_key(&mut refers("company_specialist", "company_id", "company"));
    specialist.foreign_key(&mut refers("company_specialist", "person_id", "person"));
    manager.create_table(specialist).await?;
    manager.create_index(index("company_specialist", &["person_id", "company_id"])).await?;

    let mut contact = zoned("company_contact", &["company_id", "place"]);
    contact.col(id("company_id")).col(number("place")).col(text("name"));
    contact.col(optional(text, "post")).col(optional(text, "phone")).col(optional(text, "email"));
    contact.foreign_key(&mut refers("company_contact", "company_id", "company"));
    manager.create_table(contact).await
}

/// A fact is added and never changed; it can be withdrawn.
async fn facts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // The file lies in its row until it was imported: it is small, and nothing else refers to it.
    let mut import = zoned("fact_import", &["id"]);
    import.col(id("id")).col(id("person_id")).col(text("name"));
    import.col(bytes("token_hash").unique_key().take()).col(instant("expires_at"));
    import
        .col(optional(bytes, "content"))
        .col(optional(text, "digest"))
        .col(optional(instant, "uploaded_at"));
    import
        .col(optional(text, "summary"))
        .col(optional(instant, "applied_at"))
        .col(optional(instant, "undone_at"));
    import.foreign_key(&mut refers("fact_import", "person_id", "person"));
    manager.create_table(import).await?;

    let confidence = Expr::col("confidence").is_in(["verified", "stated", "estimated"]);
    let mut fact = zoned("fact", &["id"]);
    fact.col(id("id")).col(id("company_id")).col(text("field"));
    fact.col(optional(text, "period_from")).col(optional(text, "period_to"));
    fact.col(text("value")).col(text("source")).col(text("stated_on"));
    fact.col(text("confidence").check(confidence).take());
    fact.col(optional(id, "author_id")).col(flag("self_declared")).col(optional(id, "import_id"));
    fact.col(instant("recorded_at")).col(optional(instant, "withdrawn_at")).col(optional(id, "withdrawn_by"));
    fact.foreign_key(&mut refers("fact", "company_id", "company"));
    fact.foreign_key(&mut refers("fact", "author_id", "person"));
    fact.foreign_key(&mut refers("fact", "withdrawn_by", "person"));
    fact.foreign_key(&mut refers("fact", "import_id", "fact_import"));
    manager.create_table(fact).await?;
    manager.create_index(index("fact", &["company_id", "field", "id"])).await?;
    manager.create_index(index("fact", &["import_id", "id"])).await
}

async fn policies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut source = zoned("policy_source", &["policy", "version"]);
    source.col(text("policy")).col(number("version")).col(text("text")).col(text("cases"));
    source.col(text("digest")).col(instant("published_at")).col(optional(id, "published_by"));
    source.foreign_key(&mut in_zone("policy_source"));
    source.foreign_key(&mut refers("policy_source", "published_by", "person"));
    manager.create_table(source).await?;

    let verdicts = Expr::col("verdict").is_in(["eligible", "ineligible", "unknown"]);
    let mut fits = zoned("policy_fit", &["policy", "company_id"]);
    fits.col(ordered_text(manager, "policy")).col(id("company_id")).col(text("digest"));
    fits.col(text("verdict").check(verdicts).take()).col(flag("near")).col(text("truths"));
    fits.col(optional(number, "amount")).col(ordered_text(manager, "closes_on")).col(text("lacks"));
    fits.col(text("as_of")).col(instant("matched_at"));
    fits.foreign_key(&mut refers("policy_fit", "company_id", "company"));
    manager.create_table(fits).await?;
    manager.create_index(index("policy_fit", &["policy", "verdict", "company_id"])).await?;
    manager.create_index(index("policy_fit", &["company_id", "policy"])).await?;

    // How far the matching of a whole zone got: which policies, as of which day, up to which company.
    let mut round = zoned("policy_round", &[]);
    round.col(text("digest")).col(text("as_of")).col(optional(id, "company_id"));
    round.col(number("matched")).col(optional(instant, "finished_at"));
    round.foreign_key(&mut in_zone("policy_round"));
    manager.create_table(round).await
}
