//! Zones that are taken out, put in and removed, from each database to each.
use super::house::House;
use super::lived_in::{CONTENT, lived_in, zone_of};
use super::postgres::query;
use super::server::{ready, served};
use super::{bodies, sqlite};
use crate::{ArchiveReader, ArchiveWriter, Chain, Hash, Store, StoreError, Zone};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

bodies! {
    an_archive_that_is_not_whole_is_refused_and_leaves_nothing
    a_zone_is_not_put_in_beside_itself
    more_rows_than_one_page_are_taken_out_once_each
}

/// Archives a zone with the one content that its rows may name.
async fn taken_out(store: &Store, zone: &Zone) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Vec::new());
    for hash in store.zone_export(zone, &mut archive).await.unwrap() {
        archive.content(&hash, CONTENT).unwrap();
    }
    archive.finish().unwrap()
}

async fn put_in(store: &Store, archive: &[u8]) -> Result<Vec<Hash>, StoreError> {
    let mut kept = Vec::new();
    let keep = |hash, bytes: Vec<u8>| {
        assert_eq!(bytes, CONTENT);
        kept.push(hash);
        std::future::ready(Ok(()))
    };
    store.zone_import(&mut ArchiveReader::new(archive), keep).await?;
    Ok(kept)
}

/// What the zone holds: the lines of its archive but for the end, in no order, which two databases may sort otherwise.
fn lines(archive: &[u8]) -> BTreeSet<String> {
    let text = std::str::from_utf8(archive).unwrap();
    text.lines().filter(|line| !line.starts_with("{\"end\"")).map(str::to_owned).collect()
}

/// The tables of which an archive has no row.
fn empty_tables(archive: &[u8]) -> Vec<&str> {
    let text = std::str::from_utf8(archive).unwrap();
    let lines = text.lines().zip(text.lines().skip(1));
    lines
        .filter(|(line, next)| line.starts_with("{\"table\"") && !next.starts_with('['))
        .map(|(line, _)| line)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_zone_is_the_same_wherever_it_was_put_in() {
    let urls = ready().await;
    let (postgres, owner) = (served(&urls).await, urls.owner.clone());
    let (first, first_folder) = sqlite::store().await;
    let (second, second_folder) = sqlite::store().await;
    let (house, zone) = lived_in(&first).await;
    let bystander = House::build(&first).await;
    let archive = taken_out(&first, &zone).await;
    let empty = empty_tables(&archive);
    assert!(empty.is_empty(), "nothing is known of what becomes of {empty:?}");

    // SQLite -> PostgreSQL -> SQLite -> where it came from.
    let mut archive = archive;
    let route =
        [(&postgres, owner), (&second, sqlite::url(&second_folder)), (&first, sqlite::url(&first_folder))];
    for (place, url) in route {
        Store::zone_remove(&url, &zone.key).await.unwrap();
        assert!(!place.zone_list().await.unwrap().contains(&zone));
        let kept = put_in(place, &archive).await.unwrap();
        assert_eq!(kept, [<Hash>::from(Sha256::digest(CONTENT))]);
        let again = taken_out(place, &zone).await;
        assert_eq!(lines(&again), lines(&archive));
        for case in place.case_open_ids(zone.id, None, 9).await.unwrap() {
            let chain = place.chain_verify(&house.system(), case).await.unwrap();
            assert!(matches!(chain, Some(Chain::Whole { rows: 1.. })), "{chain:?}");
        }
        archive = again;
    }
    assert_eq!(first.unit_list(&bystander.system()).await.unwrap().len(), 2, "others are left alone");

    // Nothing is left in any table of the province.
    let tables = "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'zone_id' \
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace";
    Store::zone_remove(&urls.owner, &zone.key).await.unwrap().unwrap();
    for table in query(&urls.superuser, tables).lines() {
        assert_eq!(query(&urls.superuser, &format!("SELECT count(*) FROM {table}")), "0", "{table}");
    }
    assert_eq!(Store::zone_remove(&urls.owner, &zone.key).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_content_that_another_zone_names_outlives_a_zone() {
    let (store, folder) = sqlite::store().await;
    let ((_, one), (_, other)) = (lived_in(&store).await, lived_in(&store).await);
    let url = sqlite::url(&folder);
    assert_eq!(Store::zone_remove(&url, &one.key).await.unwrap(), Some(BTreeSet::new()));
    let content = Sha256::digest(CONTENT).into();
    assert_eq!(Store::zone_remove(&url, &other.key).await.unwrap(), Some([content].into()));
}

#[tokio::test]
async fn who_serves_may_not_remove_a_zone() {
    let urls = ready().await;
    let store = served(&urls).await;
    let (house, zone) = lived_in(&store).await;
    let refused = Store::zone_remove(&urls.app, &zone.key).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Database(error) if error.to_string().contains("permission denied"))
    );
    assert_eq!(store.unit_list(&house.system()).await.unwrap().len(), 2);
}

/// The same archive with another end, as if what was changed in it had always been so.
fn sealed(text: &str) -> String {
    let rows = &text[..=text.trim_end().rfind('\n').unwrap()];
    let hash = hex::encode(Sha256::digest(rows));
    format!("{rows}{{\"end\":\"{hash}\"}}\n")
}

async fn an_archive_that_is_not_whole_is_refused_and_leaves_nothing(store: Store) {
    let house = House::build(&store).await;
    house.open(house.company, house.planning).await;
    let archive = taken_out(&store, &zone_of(&store, &house).await).await;
    let archive = String::from_utf8(archive).unwrap();
    let whole = sealed(&archive.replace(&house.zone.0.to_string(), &super::house::fresh().to_string()));
    let (head, rest) = whole.split_once('\n').unwrap();
    let rows = &whole[..=whole.trim_end().rfind('\n').unwrap()];
    let unnamed = format!("{rows}{{\"content\":\"00\"}}\n\"AAAA\"\n{{\"end\":\"\"}}\n");
    let damaged = [
        (String::new(), "cut off"),
        ("{}\n".into(), "line 1: data did not match"),
        ("[]\n".into(), "the head of an archive was expected"),
        (whole[..whole.floor_char_boundary(whole.len() / 2)].into(), "cut off"),
        (rows.into(), "cut off"),
        (rest.into(), "the head of an archive was expected"),
        (whole.replacen("甲公司", "丙公司", 1), "changed after it was written"),
        (whole.replacen("zone 1", "zone 2", 1), "this program reads \"qianxiaoer zone 1\""),
        (whole.replacen("_000001_first", "_000001_other", 1), "take it out again"),
        (
            whole.replacen("\"credit_code\",\"facts\"", "\"credit\",\"facts\"", 1),
            "no table `company` with these columns",
        ),
        (whole.replacen("\"name\":\"unit\"", "\"name\":\"pg_class\"", 1), "no table `pg_class`"),
        (format!("{head}\n[1]\n{rest}"), "a table, a content or the end was expected"),
        (format!("{head}\n\"AAAA\"\n{rest}"), "a table, a content or the end was expected"),
        (sealed(&whole.replacen("\"甲公司\"", "7", 1)), "`company.name` cannot hold this"),
        (sealed(&whole.replacen("\"甲公司\"", "\"甲公司\",null", 1)), "`company` has 6 columns, the row 7"),
        (unnamed.clone(), "changed after it was written"),
        (sealed(&unnamed), "the content before it is not 00"),
    ];
    let zones = store.zone_list().await.unwrap();
    for (archive, said) in damaged {
        let refused = put_in(&store, archive.as_bytes()).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Archive(what) if what.contains(said)), "{said}: {refused:?}");
        assert_eq!(store.zone_list().await.unwrap().len(), zones.len(), "{said}");
    }
    // A row that refers to nothing is refused by the database.
    let company = |id| format!("\"{id}\",null,\"甲公司\"");
    let stray = whole.replacen(&company(house.company.0), &company(super::house::fresh()), 1);
    assert_ne!(stray, whole);
    let stray = sealed(&stray);
    put_in(&store, stray.as_bytes()).await.unwrap_err();
    assert_eq!(
        put_in(&store, whole.as_bytes()).await.unwrap(),
        <[Hash; 0]>::default(),
        "undamaged it is taken"
    );
}

async fn a_zone_is_not_put_in_beside_itself(store: Store) {
    let (_, zone) = lived_in(&store).await;
    let archive = taken_out(&store, &zone).await;
    let refused = put_in(&store, &archive).await.unwrap_err();
    assert!(matches!(refused, StoreError::Taken { what: "zone" }), "{refused:?}");
}

async fn more_rows_than_one_page_are_taken_out_once_each(store: Store) {
    let house = House::build(&store).await;
    let tx = store.begin(house.zone).await.unwrap();
    for number in 0..1_203 {
        let unit = crate::Unit {
            id: crate::UnitId(super::house::fresh()),
            key: format!("unit-{number}"),
            name: "科".into(),
        };
        tx.unit_insert(&unit).await.unwrap();
    }
    tx.commit().await.unwrap();
    let archive = taken_out(&store, &zone_of(&store, &house).await).await;
    let text = String::from_utf8(archive).unwrap();
    let units: Vec<_> = text.lines().filter(|line| line.contains("\"unit-")).collect();
    assert_eq!(units.len(), 1_203);
    assert_eq!(units.iter().collect::<BTreeSet<_>>().len(), 1_203);
}
