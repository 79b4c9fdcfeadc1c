//! What the rows of each kind say, and who may be shown them.
use super::SearchKind;
use super::terms::Text;
use crate::entity::{case_assignment, case_file, case_link, company, note};
use crate::error::StoreError;
use crate::viewer::{Scope, Viewer};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;
use workflow::ids::ZoneId;

/// A row with all that it is found by.
pub(super) struct Document {
    pub(super) id: Uuid,
    pub(super) terms: BTreeSet<String>,
}

/// Which rows are read.
pub(super) enum Which<'w> {
    /// These.
    Ids(&'w [Uuid]),
    /// The next so many by their ids.
    After(Option<Uuid>, u64),
}

/// The terms of which a document has one, if the viewer sees it; none where they see all.
pub(super) fn shown_to(viewer: &Viewer, kind: SearchKind) -> Option<Vec<String>> {
    match viewer {
        Viewer::System(_) | Viewer::Person { scope: Scope::Zone, .. } => None,
        Viewer::Person { scope: Scope::Company(company), .. } => Some(vec![of_company(company.0)]),
        Viewer::Person { scope: Scope::Staff { .. }, .. } if kind == SearchKind::Company => None,
        Viewer::Person { person, scope: Scope::Staff { units, processes }, .. } => {
            let processes = processes.iter().map(|process| of_process(process));
            let terms = units.iter().map(|unit| of_unit(unit.0)).chain(processes);
            Some(terms.chain([of_person(person.0)]).collect())
        }
    }
}

fn of_company(id: Uuid) -> String {
    format!("@c{}", id.simple())
}

fn of_unit(id: Uuid) -> String {
    format!("@u{}", id.simple())
}

fn of_person(id: Uuid) -> String {
    format!("@p{}", id.simple())
}

fn of_process(process: &str) -> String {
    format!("@k{process}")
}

/// The texts of those of these rows that the viewer sees.
pub(super) async fn texts(
    reading: &impl ConnectionTrait,
    viewer: &Viewer,
    kind: SearchKind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<Text>>, StoreError> {
    let ids = ids.iter().copied();
    Ok(match kind {
        SearchKind::Case => {
            use case_file::{Column, Entity};
            let select = Entity::find().select_only().columns([Column::Id, Column::Title, Column::Number]);
            let select = select.filter(viewer.cases()).filter(Column::Id.is_in(ids));
            let rows: Vec<(Uuid, String, String)> = select.into_tuple().all(reading).await?;
            rows.into_iter().map(|(id, title, number)| (id, case_texts(&title, &number))).collect()
        }
        SearchKind::Company => {
            let select = company::Entity::find().filter(viewer.companies());
            let select = select.filter(company::Column::Id.is_in(ids));
            let rows = crate::decode::rows(reading, select).await?;
            rows.iter().map(|row| (row.id, company_texts(row))).collect()
        }
        SearchKind::Note => {
            let select = note::Entity::find().filter(note::Column::ZoneId.eq(viewer.zone().0));
            let outsider = viewer.company().map(|_| note::Column::Internal.eq(false));
            let said = note::Column::WithdrawnAt.is_null().and(note::Column::Id.is_in(ids));
            let select = select.filter(Condition::all().add(said).add_option(outsider));
            let rows = crate::decode::rows(reading, select).await?;
            let cases: HashSet<Uuid> = rows.iter().map(|row| row.case_id).collect();
            let seen = case_file::Entity::find().select_only().column(case_file::Column::Id);
            let seen = seen.filter(viewer.cases()).filter(case_file::Column::Id.is_in(cases));
            let seen: Vec<Uuid> = seen.into_tuple().all(reading).await?;
            let seen: HashSet<Uuid> = seen.into_iter().collect();
            let rows = rows.into_iter().filter(|row| seen.contains(&row.case_id));
            rows.map(|row| (row.id, vec![Text::plain(&row.text)])).collect()
        }
    })
}

fn case_texts(title: &str, number: &str) -> Vec<Text> {
    vec![Text::named(title), Text::plain(number)]
}

fn company_texts(row: &company::Model) -> Vec<Text> {
    let more = row.credit_code.iter().chain(&row.place);
    std::iter::once(Text::named(&row.name)).chain(more.map(|text| Text::plain(text))).collect()
}

/// Reads rows of a zone with all their terms, by id.
pub(super) async fn documents(
    reading: &impl ConnectionTrait,
    zone: ZoneId,
    kind: SearchKind,
    which: &Which<'_>,
) -> Result<Vec<Document>, StoreError> {
    match kind {
        SearchKind::Case => {
            let select = case_file::Entity::find().filter(case_file::Column::ZoneId.eq(zone.0));
            let rows = cases(reading, narrowed(select, case_file::Column::Id, which)).await?;
            let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
            let mut shown = shown(reading, zone, &rows).await?;
            let document = |(row, id): (CaseRow, Uuid)| {
                let texts = case_texts(&row.title, &row.number);
                Document { id, terms: terms(&texts, shown.remove(&id).unwrap_or_default()) }
            };
            Ok(rows.into_iter().zip(ids).map(document).collect())
        }
        SearchKind::Company => {
            let select = company::Entity::find().filter(company::Column::ZoneId.eq(zone.0));
            let rows = crate::decode::rows(reading, narrowed(select, company::Column::Id, which)).await?;
            let document = |row: &company::Model| Document {
                id: row.id,
                terms: terms(&company_texts(row), [of_company(row.id)].into()),
            };
            Ok(rows.iter().map(document).collect())
        }
        SearchKind::Note => {
            let select = note::Entity::find().filter(note::Column::ZoneId.eq(zone.0));
            let rows = crate::decode::rows(reading, narrowed(select, note::Column::Id, which)).await?;
            let of: HashSet<Uuid> = rows.iter().map(|row| row.case_id).collect();
            let select = case_file::Entity::find().filter(case_file::Column::ZoneId.eq(zone.0));
            let of = cases(reading, select.filter(case_file::Column::Id.is_in(of))).await?;
            let shown = shown(reading, zone, &of).await?;
            let document = |row: &note::Model| {
                let mut to = shown.get(&row.case_id).cloned().unwrap_or_default();
                if row.internal {
                    to.retain(|term| !term.starts_with("@c"));
                }
                // What was taken back is a document without a word.
                let said = row.withdrawn_at.is_none().then(|| Text::plain(&row.text));
                Document { id: row.id, terms: terms(said.as_slice(), to) }
            };
            Ok(rows.iter().map(document).collect())
        }
    }
}

fn terms(texts: &[Text], shown: BTreeSet<String>) -> BTreeSet<String> {
    let mut terms = shown;
    for text in texts {
        text.terms(&mut terms);
    }
    terms
}

fn narrowed<E: EntityTrait, C: ColumnTrait>(
    select: sea_orm::Select<E>,
    id: C,
    which: &Which<'_>,
) -> sea_orm::Select<E> {
    let select = match which {
        Which::Ids(ids) => select.filter(id.is_in(ids.iter().copied())),
        Which::After(after, limit) => {
            let beyond = Condition::all().add_option(after.map(|after| id.gt(after)));
            select.filter(beyond).limit(*limit)
        }
    };
    select.order_by_asc(id)
}

/// What is read of a case: not its body, which is most of it.
struct CaseRow {
    id: Uuid,
    number: String,
    title: String,
    process: String,
    company: Option<Uuid>,
    shared: bool,
    opener: Option<Uuid>,
}

async fn cases(
    reading: &impl ConnectionTrait,
    select: sea_orm::Select<case_file::Entity>,
) -> Result<Vec<CaseRow>, StoreError> {
    use case_file::Column;
    type Row = (Uuid, String, String, String, Option<Uuid>, bool, Option<Uuid>);
    let columns = [
        Column::Id,
        Column::Number,
        Column::Title,
        Column::Process,
        Column::CompanyId,
        Column::Shared,
        Column::OpenerId,
    ];
    let rows: Vec<Row> = select.select_only().columns(columns).into_tuple().all(reading).await?;
    let row = |(id, number, title, process, company, shared, opener)| CaseRow {
        id,
        number,
        title,
        process,
        company,
        shared,
        opener,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// To whom each of these cases may be shown, as terms: what [`Viewer::cases`](crate::Viewer) asks, or more.
async fn shown(
    reading: &impl ConnectionTrait,
    zone: ZoneId,
    rows: &[CaseRow],
) -> Result<HashMap<Uuid, BTreeSet<String>>, StoreError> {
    let mut shown: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
    for row in rows {
        let company = row.company.filter(|_| row.shared).map(of_company);
        let terms = company.into_iter().chain(row.opener.map(of_person)).chain([of_process(&row.process)]);
        shown.entry(row.id).or_default().extend(terms);
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut assigned: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = {
        use case_assignment::Column;
        let select = case_assignment::Entity::find().select_only();
        let select = select.columns([Column::CaseId, Column::UnitId, Column::PersonId]);
        let these = Column::ZoneId.eq(zone.0).and(Column::CaseId.is_in(ids.iter().copied()));
        select.filter(these).into_tuple().all(reading).await?
    };
    // Who is assigned to a case sees those that point to it.
    let (link, target) = (Alias::new("link"), Alias::new("target"));
    let of = |table: &Alias, column: &'static str| Expr::col((table.clone(), Alias::new(column)));
    let mut pointing = Query::select();
    pointing.expr(of(&link, "case_id")).expr(of(&target, "unit_id")).expr(of(&target, "person_id"));
    pointing.from_as(case_link::Entity, link.clone());
    let same = of(&target, "zone_id").eq(of(&link, "zone_id"));
    let same = same.and(of(&target, "case_id").eq(of(&link, "target_id")));
    pointing.join_as(JoinType::InnerJoin, case_assignment::Entity, target.clone(), same);
    pointing.and_where(of(&link, "zone_id").eq(zone.0)).and_where(of(&link, "case_id").is_in(ids));
    for row in reading.query_all(&pointing).await? {
        assigned.push((
            row.try_get("", "case_id")?,
            row.try_get("", "unit_id")?,
            row.try_get("", "person_id")?,
        ));
    }
    for (case, unit, person) in assigned {
        let terms = unit.map(of_unit).into_iter().chain(person.map(of_person));
        shown.entry(case).or_default().extend(terms);
    }
    Ok(shown)
}
