//! Rows that this program did not write.
use super::bodies;
use super::house::{House, at, mail, timer};
use crate::{Due, MailOutcome, NewMail, Store, StoreError};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::collections::BTreeSet;

bodies! {
    a_damaged_row_is_named_and_the_others_are_read
    a_damaged_mail_is_given_up_and_the_others_leave
    a_damaged_mail_keeps_no_other_from_its_digest
}

async fn a_damaged_row_is_named_and_the_others_are_read(store: Store) {
    let sqlite = store.unzoned().get_database_backend() == DbBackend::Sqlite;
    let bytes = if sqlite { "x'00'" } else { "'\\x00'" };
    let far = i64::MAX.to_string();
    let mut damages = vec![
        ("case_file", "id", "head", bytes),
        ("case_file", "id", "body", "'{'"),
        ("case_file", "id", "due_at", &far),
        ("case_event", "case_id", "entry", "'[]'"),
        ("case_event", "case_id", "hash", bytes),
        ("timer", "case_id", "due_at", "-9223372036854775807"),
    ];
    if sqlite {
        // SQLite keeps what it is given, whatever the column's type.
        damages.push(("case_file", "id", "opened_at", "'yesterday'"));
        damages.push(("case_event", "case_id", "at", "x'ff'"));
    }
    for (table, key, column, value) in damages {
        let house = House::build(&store).await;
        let whole = house.record(house.opening(house.company)).await.unwrap();
        let mut record = house.opening(house.company);
        record.mails = vec![mail("a@example.test")];
        record.step.timers = vec![timer("t", at(3))];
        let case = house.record(record).await.unwrap().id;
        let id = house.literal(case.0);
        house.tamper(&format!("UPDATE {table} SET {column} = {value} WHERE {key} = {id}")).await;

        let system = house.system();
        let error = match table {
            "case_file" => store.case_batch(&system, &[whole.id, case]).await.unwrap_err(),
            "case_event" => store.event_page(&system, case, 0, 9).await.unwrap_err(),
            _ => store.timer_due(house.zone, at(9), 9).await.unwrap_err(),
        };
        let StoreError::Corrupt { table: in_table, column: in_column, row } = &error else {
            panic!("{table}.{column}: {error:?}")
        };
        assert_eq!((in_table.as_str(), in_column.as_str()), (table, column));
        assert!(row.starts_with(&case.to_string()), "{error}");
        assert_eq!(store.case_find(&system, whole.id).await.unwrap().as_ref(), Some(&whole));
        assert_eq!(store.outbox_counts(house.zone).await.unwrap().queued, 1);
        assert!(store.chain_verify(&system, whole.id).await.is_ok());
    }
}

async fn a_damaged_mail_is_given_up_and_the_others_leave(store: Store) {
    let mut damages = vec![("context", "''")];
    if store.unzoned().get_database_backend() == DbBackend::Sqlite {
        damages.push(("created_at", "'yesterday'"));
        damages.push(("generation", "x'ff'"));
    }
    for (column, value) in damages {
        let house = House::build(&store).await;
        let mut record = house.opening(house.company);
        record.mails = ["a", "b", "c"].map(|name| mail(&format!("{name}@example.test"))).into();
        let (whole, spoilt) = ([record.mails[0].id, record.mails[2].id], record.mails[1].id);
        house.record(record).await.unwrap();
        let id = house.literal(spoilt);
        house.tamper(&format!("UPDATE outbox SET {column} = {value} WHERE id = {id}")).await;

        let claimed = store.outbox_claim(house.zone, "w", at(9), 60, 9, &[]).await.unwrap();
        let ids: BTreeSet<_> = claimed.iter().map(|mail| mail.id).collect();
        assert_eq!(ids, whole.into(), "{column}");
        let sent = claimed.iter().map(|mail| (mail, MailOutcome::Sent { at: at(10) }));
        store.outbox_settle(&sent.collect::<Vec<_>>()).await.unwrap();
        let select = format!("SELECT error FROM outbox WHERE state = 'dead' AND id = {id}");
        let reading = store.reading(house.zone).await.unwrap();
        let row = reading.query_one_raw(Statement::from_string(reading.get_database_backend(), select));
        let reason: String = row.await.unwrap().unwrap().try_get("", "error").unwrap();
        assert!(
            reason.contains(column) && reason.contains("outbox") && reason.contains(&spoilt.to_string()),
            "{reason}"
        );
        assert!(store.outbox_claim(house.zone, "w", at(9), 60, 9, &[]).await.unwrap().is_empty());
    }
}

async fn a_damaged_mail_keeps_no_other_from_its_digest(store: Store) {
    let house = House::build(&store).await;
    let mut record = house.opening(house.company);
    let waits = |name: &str| NewMail {
        recipient: Some(house.clerk),
        due: Due::InDigest(at(3)),
        ..mail(&format!("{name}@example.test"))
    };
    record.mails = vec![waits("a"), waits("b")];
    let spoilt = record.mails[1].id;
    house.record(record).await.unwrap();
    assert_eq!(store.outbox_counts(house.zone).await.unwrap().gathered, 2);
    house.tamper(&format!("UPDATE outbox SET context = '' WHERE id = {}", house.literal(spoilt))).await;
    let gathered = store.gathered_list(house.zone, at(3), 9).await.unwrap();
    let damaged: Vec<_> = gathered.iter().filter(|mail| mail.context.is_none()).map(|mail| mail.id).collect();
    assert_eq!((gathered.len(), damaged), (2, vec![spoilt]));
    // By itself it is given up with the reason, as any other.
    let tx = store.begin(house.zone).await.unwrap();
    assert!(tx.gathered_release(at(3), &[spoilt]).await.unwrap());
    tx.commit().await.unwrap();
    assert!(store.outbox_claim(house.zone, "w", at(9), 60, 9, &[]).await.unwrap().is_empty());
    let counts = store.outbox_counts(house.zone).await.unwrap();
    assert_eq!((counts.gathered, counts.dead), (1, 1));
}
